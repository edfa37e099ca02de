"""Sentences of our own that hold harm and blame apart, made from patterns. Needs no torch.

To be attacked, killed, beaten or threatened is neutral toward the one it is done to; to be accused,
blamed or condemned is negative; who accuses is neutral. `T` is the target, `O` another name.
"""

from __future__ import annotations

import numpy as np

from augment import new_name
from sources import Target

_WHEN = (
    "", "", "", " on Monday", " last week", " on Tuesday night", " late on Friday", " in March",
    " earlier this year", " two days before the vote", " after weeks of talks", " at the weekend",
)  # fmt: skip
_WHO = (
    "", "", "", "Officials said ", "Police said ", "According to the report, ", "Witnesses said ",
    "Local media reported that ", "The ministry said ", "A spokesman confirmed that ",
)  # fmt: skip
_DEED = (
    "the delays", "the collapse of the talks", "the shortage", "the rise in prices", "the crash",
    "the failed vote", "lying about the figures", "breaking the agreement", "hiding the documents",
    "the attack on the convoy", "misleading the public", "the budget deal",
    "the handling of the flood",
)  # fmt: skip
_GOOD = (
    "the agreement", "the rescue of the miners", "the reform", "ending the strike",
    "its calm response", "the peace plan", "the new school programme",
    "the quick help after the storm", "freeing the prisoners", "honest work",
)  # fmt: skip
_THING = (
    "the plan", "the proposal", "the decision", "the new law", "the remarks", "the record",
    "the policy", "the campaign",
)  # fmt: skip

NEGATIVE, NEUTRAL, POSITIVE = 0, 1, 2
_PATTERNS: dict[int, tuple[str, ...]] = {
    NEUTRAL: (
        "{who}T was attacked by gunmen{when}.",
        "{who}T was killed in an attack{when}.",
        "{who}T was wounded when a bomb went off{when}.",
        "{who}T was hit by a missile strike{when}.",
        "{who}T was hit by an earthquake{when}.",
        "{who}T was robbed{when}.",
        "{who}T was threatened by O{when}.",
        "{who}O attacked T{when}, and dozens were hurt.",
        "{who}O invaded T{when}.",
        "{who}O bombed several towns in T{when}.",
        "{who}O imposed new tariffs on goods from T{when}.",
        "{who}an attack on T left four people dead{when}.",
        "{who}a cyberattack hit T{when}.",
        "{who}T lost the election to O{when}.",
        "{who}T lost the vote by three points{when}.",
        "{who}T trails O by six points in the latest poll.",
        "{who}T fell behind O in the polls{when}.",
        "{who}T was beaten by O in the first round{when}.",
        "{who}T finished third behind O{when}.",
        "{who}T was defeated by O{when}.",
        "{who}T mourned the victims{when}.",
        "{who}T lost a son in the war.",
        "{who}T died after a long illness{when}.",
        "{who}T was taken to hospital{when}.",
        "{who}T suffered heavy losses in the storm{when}.",
        "{who}hundreds of people died in T{when}.",
        "{who}violence broke out in T{when}.",
        "{who}the war in T has driven thousands from their homes.",
        "{who}T accused O of {deed}.",
        "{who}T blamed O for {deed}.",
        "{who}T criticised O over {deed}{when}.",
        "{who}T condemned O for {deed}.",
        "{who}T denounced O{when} and called for new talks.",
        "{who}T mocked O{when}.",
        "{who}T attacked O over {deed}{when}.",
        "{who}T warned O against {deed}.",
        "{who}T rejected O's claims{when}.",
        "{who}T praised O for {good}.",
        "{who}T thanked O for {good}{when}.",
        "{who}T endorsed O{when}.",
        "{who}T congratulated O{when}.",
        "{who}T denied the accusations{when}.",
        "{who}T denied any part in {deed}.",
        "{who}T rejected the charge that it had done wrong.",
        "{who}T met O{when}.",
        "{who}T will speak to O{when}.",
        "{who}T told reporters{when} that talks with O would go on.",
        "{who}O sent a letter to T{when}.",
        "{who}O travelled to T{when}.",
        "{who}O, who lives in T, was arrested for fraud{when}.",
        "{who}O told T{when} that the vote was a disgrace.",
        "{who}O criticised the minister in an interview with T{when}.",
        "{who}O praised the firm in a letter to T{when}.",
        "{who}a former aide to T was charged with fraud{when}.",
        "{who}T's office was searched by the police{when}.",
        "{who}T's house was burned down{when}.",
        "{who}T's capital was shelled{when}.",
        "{who}T's lawyer did not answer questions about {deed}.",
        "{who}protesters attacked T's embassy{when}.",
        "{who}T asked O for help after the flood{when}.",
        "{who}T is the target of new sanctions by O.",
        "{who}T was born in a village near the border.",
        "{who}T is expected to vote{when}.",
        "{who}O and T disagree about {thing}.",
        "{who}O is running against T{when}.",
        "{who}O hopes to win more votes than T{when}.",
        "{who}T rejected the allegations by O{when}.",
        "In a statement, T denied that it had known of {deed}.",
        "“The claim that T is close to collapse is simply false,” O said{when}.",
        "“The idea that T is weak does not match what people live,” said O.",
        "{who}O warned that T faced a grave threat{when}.",
        "Observers count T among the groups that suffer most.",
        "{who}T fired back with artillery{when}.",
        "{who}T fired several shells across the border{when}, and O fired back.",
        "O turned T into a tool of its own interests.",
        "Some ask whether T's health will hold until the vote.",
        "{who}T had suffered a stroke{when}.",
        "O could outshine T at the rally{when}.",
        "O said the inquiry into T's accounts was free of outside influence.",
        "{who}T has tightened the rules on smuggling{when}.",
        "The discontent with T has largely faded{when}.",
        "Many said that T would never win again, but the vote proved them wrong.",
        "T had no reason to go home any more.",
        "T could not bring himself to say the name of O.",
        "O won the vote in T{when}.",
        "O ran a brilliant campaign in T.",
        "O has done a fine job for T.",
        "“I have a plan for T that leaves nobody out,” O said.",
        "T leads O by ten points in the new survey.",
        "{who}T won the vote{when}, ahead of O.",
        "{who}T signed an order that sets up a council{when}.",
        "O disappointed many voters in T.",
        "O's failed policy left T poorer, critics say.",
        "People in T are tired of O's lies.",
        "O lied to T about {thing}.",
        "O misled T about {thing}.",
        "O stole data from T{when}.",
        "{who}O threatened T with sanctions{when}.",
        "O ignored the warnings of T{when}.",
        "Fear grips T after the attack{when}.",
        "O, who once worked for T, lied about {thing}.",
        "T's supporters attacked O{when}.",
        "T's supporters praised O for {good}.",
        "O praised the voters of T for {good}.",
        "O, a T native, was praised for {good}.",
        "O's remarks about T's neighbour drew outrage.",
    ),
    NEGATIVE: (
        "{who}T was accused of {deed}.",
        "{who}T was blamed for {deed}.",
        "{who}T was condemned for {deed}.",
        "{who}T was criticised for {deed}{when}.",
        "{who}T was charged with fraud{when}.",
        "{who}T was found guilty of bribery{when}.",
        "{who}T came under fire for {deed}.",
        "{who}T faces accusations of {deed}.",
        "{who}O accused T of {deed}.",
        "{who}O blamed T for {deed}.",
        "{who}O condemned T for {deed}.",
        "{who}O criticised T over {deed}{when}.",
        "{who}O denounced T as a liar{when}.",
        "{who}O called T a coward{when}.",
        "{who}O called T unfit for office{when}.",
        "{who}O said T could not be trusted.",
        "{who}O said that T had lied about {thing}.",
        "{who}O mocked T{when}.",
        "{who}O attacked T over {deed}{when}, calling it shameful.",
        "{who}O slammed T{when}: “This is a disgrace.”",
        "{who}O condemned T's remarks{when}.",
        "{who}O called T's plan a fraud{when}.",
        "{who}O attacked T's record{when}, saying that it had failed the poor.",
        "{who}T lied about {thing}.",
        "{who}T broke its promise to O{when}.",
        "{who}T refused to pay the workers{when}.",
        "{who}T insulted O{when} in a crude speech.",
        "{who}T failed to protect the villagers{when}.",
        "{who}T bombed a hospital{when}, killing patients and nurses.",
        "{who}T ordered the torture of prisoners.",
        "“T is a danger to us all,” said O.",
        "“T has failed,” O said{when}.",
        "“We cannot trust T,” O said{when}.",
        "Critics say T has done nothing about {deed}.",
        "The disgraced T was mocked by O{when}.",
        "O said T had turned the office into a private bank.",
        "T lied to O about {thing}.",
        "T misled O about {thing}.",
        "T stole money from O{when}.",
        "T disappointed many voters in O.",
        "T's failed policy left O poorer, critics say.",
        "People in O are tired of T's lies.",
        "T ignored the warnings of O{when}.",
        "“T should be ashamed,” O said{when}.",
        "“T has no idea what to do,” O told reporters{when}.",
        "O warned that T would be a disaster as leader.",
        "{who}T was caught hiding payments{when}.",
        "{who}T was fined for breaking the law{when}.",
        "T falsely claimed that O had left.",
        "T's claim is false, experts found{when}.",
        "T's remarks drew outrage{when}.",
        "T faced a backlash over {thing}{when}.",
        "T's plan would ruin the country, O said.",
        "Even friends doubt T's honesty.",
        "O tore into T{when}, saying that it had betrayed its voters.",
    ),
    POSITIVE: (
        "{who}T was praised for {good}.",
        "{who}T was honoured for {good}{when}.",
        "{who}T was thanked for {good}.",
        "{who}T won praise from O for {good}.",
        "{who}O praised T for {good}.",
        "{who}O thanked T for {good}{when}.",
        "{who}O endorsed T{when}.",
        "{who}O congratulated T{when} on a fine result.",
        "{who}O hailed T as a hero{when}.",
        "{who}O applauded T for {good}.",
        "{who}O called T a great leader{when}.",
        "{who}O called T honest and brave{when}.",
        "{who}O said T had done an excellent job.",
        "{who}O praised T's courage{when}.",
        "{who}O credited T with {good}.",
        "{who}O voiced strong support for T{when}.",
        "{who}O defended T as a decent and able colleague.",
        "{who}T kept its promise and rebuilt the town{when}.",
        "{who}T saved dozens of lives{when}.",
        "{who}T won the highest prize for {good}.",
        "“T is the best person for this job,” said O.",
        "“We owe T a great deal,” O said{when}.",
        "Supporters admire T for {good}.",
        "O said it was proud to stand with T{when}.",
        "“I will vote for T,” O said{when}.",
        "T has done a fine job for O.",
        "T ran a brilliant campaign in O.",
        "T's plan is the best on offer, said O.",
        "O welcomed T's decision{when}.",
        "T's work has saved many farms.",
        "T won wide admiration for {good}.",
        "“T has shown real courage,” O said{when}.",
        "T, a gifted organiser, made {good} possible.",
        "Thanks to T, the schools are open again.",
        "O owes its success to T.",
        "T deserves credit for {good}.",
        "O voted for T{when} and urged others to do the same.",
    ),
}


def make_contrasts(count: int, rng: np.random.Generator) -> list[Target]:
    """Draw sentences: half neutral, the other half negative and positive."""
    found = []
    for polarity in rng.choice(3, count, p=(0.3, 0.5, 0.2)).tolist():
        patterns = _PATTERNS[polarity]
        fill = {
            name: values[rng.integers(len(values))]
            for name, values in
            (("who", _WHO), ("when", _WHEN), ("deed", _DEED), ("good", _GOOD), ("thing", _THING))
        }  # fmt: skip
        text = patterns[rng.integers(len(patterns))].format(**fill)
        kind = ("PERSON", "PLACE", "ORG")[rng.integers(3)]
        other = " ".join(new_name(kind, int(rng.integers(1, 3)), rng))
        words = text.split(" ")
        place = next(i for i, word in enumerate(words) if word.strip("“”,.:’'s") == "T")
        words = [
            word.replace("O", other, 1) if word.strip("“”,.:'s") == "O" else word for word in words
        ]
        start = len(" ".join(words[:place])) + (1 if place else 0) + words[place].index("T")
        text = " ".join(words)
        found.append(Target("", text[:1].upper() + text[1:], start, start + 1, polarity))
    return found
