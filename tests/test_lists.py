"""Term groups, aliases and stop words come from small files, or are refused in one sentence."""

import pytest

from analysis.corpus.lists import read_aliases, read_stop_words, read_term_groups
from analysis.tables import InputError


def file(tmp_path, text):
    path = tmp_path / "list"
    path.write_text(text, encoding="utf-8")
    return path


def test_term_groups_are_text_in_the_order_of_the_file(tmp_path):
    text = (
        "# mine\nwar: [war, 'war*', ' war of words ']\nno: [no, 2022, yes]\n"
        "talks:\n  - talks\n  - -peace talks\none: x\n"
    )
    groups = read_term_groups(file(tmp_path, text))
    assert list(groups.items()) == [
        ("war", ["war", "war*", "war of words"]),
        ("no", ["no", "2022", "yes"]),
        ("talks", ["talks", "-peace talks"]),
        ("one", ["x"]),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "list holds no groups; write each as 'name: "),
        ("- war\n- talks", "holds no groups"),
        ("war: [war]\nwar: [wars]", "the group 'war' is there twice; join the two"),
        ("war: []", "the group 'war' is empty; give it a term"),
        ("war:", "the group 'war' is empty"),
        ("war: [-cold war, '-war on']", "the group 'war' holds only what to leave out"),
        ("war: {a: b}", r"the group 'war' is no list; write 'war: \[term, term\]'"),
        ("war: [[a], b]", "the group 'war' is no list"),
        ("peace: [a]\nwar: [*war]", r"line 2 cannot be read: .*; write each group as .* quotation"),
        ("war: [war", r"line \d cannot be read"),
    ],
)
def test_term_groups_that_cannot_be_read(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        read_term_groups(file(tmp_path, text))


def test_the_bundled_term_groups(root):
    groups = read_term_groups(root / "corpus" / "term-groups.yml")
    assert {"war", "conflict", "operation"} <= set(groups)


def test_aliases(tmp_path):
    text = (
        "variant,entity,label,note\n# places, in English, and, their, former names\n"
        "Kiev,Kyiv,PLACE,old\n\nEU,European Union,ORG\n"
        "Kyiv,Kyiv,PLACE,\n"
    )
    aliases = read_aliases(file(tmp_path, text))
    assert aliases.columns.tolist() == ["variant", "entity", "label", "note"]
    assert aliases["variant"].tolist() == ["Kiev", "EU", "Kyiv"]
    assert aliases["entity"].tolist() == ["Kyiv", "European Union", "Kyiv"]
    assert aliases["note"].tolist() == ["old", "", ""]
    assert read_aliases(file(tmp_path, "variant,entity,label\n")).empty


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("Kiev,,PLACE", "list row 2: fill in variant, entity and label"),
        ("Kiev,Kyiv,PLACE\n\nKiev,Kyiv City,PLACE", "row 4: the variant 'Kiev' is there already"),
        (
            "Kiev,Kyiv,PLACE\nKiyv,Kiev,PLACE",
            "row 3: the entity 'Kiev' is itself a variant of 'Kyiv'; name 'Kyiv' here",
        ),
        ("Kiev,Kyiv,PLACE,more", "row 2: it has 4 fields, the header has 3"),
    ],
)
def test_aliases_that_lead_nowhere(tmp_path, rows, message):
    with pytest.raises(InputError, match=message):
        read_aliases(file(tmp_path, f"variant,entity,label\n{rows}\n"))


def test_aliases_without_their_columns(tmp_path):
    message = "row 1: the column 'entity', 'label' is missing; a list of aliases has the columns"
    with pytest.raises(InputError, match=message):
        read_aliases(file(tmp_path, "variant\nKiev\n"))


def test_stop_words(tmp_path):
    words = read_stop_words(file(tmp_path, "# mine\nThe\n\nDon’t\nthe\n"))
    assert words == {"the", "don't"}
    with pytest.raises(InputError, match="holds no word; write one on each line"):
        read_stop_words(file(tmp_path, "# none\n"))
