"""What stands out, at the head of a report."""

from __future__ import annotations

import pandas as pd
from report_samples import GROUPS, figure, passages, sample, take_apart

from analysis.report.write import write_report


def page_of(documents, tmp_path, **options):
    return take_apart(write_report(documents, tmp_path / "r.html", pdf=False, **options))


def planted() -> pd.DataFrame:
    """Twelve texts of two sides, of which one says "tram" and has the one happy tone."""
    one = "The tram is a good and happy thing. The tram comes. We love the tram."
    other = "The bus is late. The bus comes. We wait."
    return pd.DataFrame(
        {
            "doc": [f"d{n:02}" for n in range(12)],
            "side": ["x"] * 6 + ["y"] * 6,
            "licence": "public domain",
            "text": [f"{one} {'We like it. ' * n}" for n in range(6)]
            + [f"{other} {'We hate it. ' * (n % 3)}" for n in range(6)],
            "own": [
                " ".join(f"{chr(97 + n) * 2}q{chr(97 + k)}" for k in range(40)) for n in range(12)
            ],
        }
    ).assign(text=lambda table: table["text"] + table.pop("own") + ".")


def test_what_is_planted_is_said_with_its_figure_and_passages(tmp_path):
    page = page_of(planted(), tmp_path)
    said = page.xpath("//ol[@class='standouts']/li")
    assert 3 <= len(said) <= 8
    (tram,) = (one for one in said if "the word “tram”" in one.text_content())
    assert "in 6 of 6 texts and in 0 of 6 texts" in tram.text_content()
    to_figure, to_passages = tram.xpath(".//a/@href")
    assert page.xpath(f"//article[@id='{to_figure[1:]}']/h3")[0].text.endswith("Keywords by side")
    assert len(passages(page, to_passages)) == 18
    (tone,) = (one for one in said if "mean tone" in one.text_content())
    assert "higher" in tone.text_content()
    assert len(page.xpath("//section[@id='standouts']//details[@class='data']//tbody/tr")) >= 3


def test_where_nothing_stands_out_the_page_says_so(tmp_path):
    documents = planted().assign(side=["x", "y"] * 6)
    documents["text"] = documents["text"].str.replace("tram", "bus").str[:20] + " The end."
    own = planted()["text"].str.rsplit(n=40).str[1:].str.join(" ")
    page = page_of(documents.assign(text="The bus is late. We wait. " + own), tmp_path)
    assert not page.xpath("//ol[@class='standouts']")
    told = page.xpath("string(//section[@id='standouts']/p)")
    assert told.startswith("Nothing stands out: of ")
    assert "few texts can show little" in told


def test_too_few_texts_are_not_compared(tmp_path):
    page = page_of(sample().head(1), tmp_path, term_groups=GROUPS)
    told = page.xpath("string(//section[@id='standouts']/p)")
    assert told.startswith("Nothing was compared")
    assert "so there are no groups to compare" in told


def test_how_sure_it_is_names_every_reader(tmp_path):
    page = page_of(sample(), tmp_path, term_groups=GROUPS)
    rows = page.xpath("//section[@id='sure']//tbody/tr")
    assert [row.xpath("string(./th)") for row in rows][:3] == [
        "Words, term groups, keywords",
        "Tone of sentences",
        "Names",
    ]
    assert {row.xpath("string(./td[3])") for row in rows[1:]} == {"not checked here"}
    told = page.xpath("string(//section[@id='sure']/p[2])")
    assert "Not checked on these texts: Tone of sentences; Names; " in told
    heads = [one.text for one in page.xpath("//section[@id='sure']//thead//th")]
    assert heads[3:] == [
        "coded by hand on these texts",
        "right of what was found here (precision)",
        "found of what there is here (recall)",
    ]
    assert figure(page, "Names in all texts").xpath(".//*[@data-row]")


def test_what_also_holds_is_true_of_each_item_and_has_its_own_passages(tmp_path):
    filler = [" ".join(f"note{n}x{i}" for i in range(40)) for n in range(24)]  # no near-copies
    texts = [f"{filler[n]}{' llama' if n < 3 else ''}." for n in range(12)]
    texts += [f"{own} zebra zebra zebra yak yak yak{' llama' * 7}." for own in filler[12:]]
    documents = pd.DataFrame(
        {
            "doc": [f"d{n:02}" for n in range(24)],
            "side": ["a"] * 12 + ["b"] * 12,
            "licence": "public domain",
            "text": texts,
        }
    )
    page = page_of(documents, tmp_path)
    said = page.xpath("//ol[@class='standouts']/li")
    (absent,) = (one for one in said if "None of the 12 texts of “a”" in one.text_content()
                 and "llama" in one.text_content())  # fmt: skip
    told = absent.text_content()
    assert "The same holds" not in told
    assert "Less often there, too, or not at all: llama (3 passages)" in told
    (link,) = (one for one in absent.xpath(".//a") if one.text == "3 passages")
    assert {item.findtext(".//bdi") for item in passages(page, link.get("href"))} == {
        "d00", "d01", "d02",
    }  # fmt: skip
