"""Nouns that stand for somebody who speaks, or for a text that does."""

from __future__ import annotations

PERSONS = frozenset(
    "official officials minister ministers president presidents police spokesman spokeswoman "
    "spokesperson source sources witness witnesses doctor doctors leader leaders analyst analysts "
    "expert experts diplomat diplomats soldier soldiers lawyer lawyers friend friends colleague "
    "colleagues government ministry army military aide aides adviser advisers authorities "
    "residents scientist scientists researcher researchers author authors team critics opponents "
    "supporters activists lawmakers senators mps council court judge prosecutors agency company "
    "group party union economists historians reporters journalists women men people parents "
    "coach chairman director chief head secretary commissioner envoy ambassador chancellor premier "
    "king queen pope general commander officer officers investigators intelligence department "
    "commission committee parliament state bank scholars professor".split()
)
TEXTS = frozenset(
    "report reports study studies survey surveys poll polls result results data figure figures "
    "research analysis document documents statistics finding findings paper papers article "
    "articles estimate estimates investigation inquiry test tests record records evidence email "
    "emails letter letters memo statement book review census index media newspaper magazine "
    "website site section post posts message posting experiment experiments model projections "
    "forecast indictment verdict ruling transcript footage video tape file files".split()
)
SOURCES = PERSONS | TEXTS
