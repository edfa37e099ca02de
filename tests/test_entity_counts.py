"""What is done with mentions: aliases, counts by hand, pairs, the passages behind a count."""

from __future__ import annotations

import pandas as pd

from analysis.entities.aliases import apply_aliases
from analysis.entities.mentions import find_entities


def texts(*contents: str) -> pd.DataFrame:
    return pd.DataFrame({"doc": [f"d{i}" for i in range(len(contents))], "text": list(contents)})


# ---- aliases --------------------------------------------------------------------------------


def test_aliases_merge_and_keep_what_was() -> None:
    documents = texts("Kiev and Kyiv. The EU and the European Union.")
    aliases = pd.DataFrame({"variant": ["Kiev", "EU"], "entity": ["Kyiv", "European Union"]})
    mentions = find_entities(documents)
    merged = apply_aliases(mentions, aliases)
    assert merged["entity"].tolist() == ["Kyiv", "Kyiv", "European Union", "European Union"]
    assert merged["entity_before"].tolist() == mentions["entity"].tolist()
    again = apply_aliases(merged, {"Kyiv": "Ukraine"})
    assert again["entity_before"].tolist() == mentions["entity"].tolist()
    whole = find_entities(documents, aliases=aliases)
    pd.testing.assert_frame_equal(whole, merged)
    assert "entity_before" not in mentions.columns


def test_a_label_limits_an_alias_and_teaches_a_name() -> None:
    documents = texts(
        "The guests in Washington met George Washington of Grunland. Grunlanders left."
    )
    aliases = [
        {"variant": "Washington", "entity": "United States", "label": "PLACE"},
        {"variant": "Grunlanders", "entity": "Grunland", "label": "NORP"},
    ]
    mentions = find_entities(documents, aliases=aliases)
    assert mentions["entity"].tolist() == [
        "United States", "George Washington", "Grunland", "Grunland",
    ]  # fmt: skip
    assert mentions["label"].tolist() == ["PLACE", "PERSON", "NORP", "NORP"]


def test_chains_are_followed() -> None:
    chain = {"Kiew": "Kiev", "Kiev": "Kyiv", "Peking": "Beijing", "Kyiv": "Kyiv"}
    merged = apply_aliases(find_entities(texts("Kiev.")), chain)
    assert merged["entity"].tolist() == ["Kyiv"]
