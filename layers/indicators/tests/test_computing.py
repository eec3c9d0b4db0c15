from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import permutations

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from layers.indicators import computing, services, spans
from layers.indicators.models import (
    Basis,
    Channel,
    Fact,
    Indicator,
    Latest,
    Load,
    Vintage,
    Withdrawn,
)

UNIT, OTHER = 90_001, 90_002
MAY, JUNE, JULY = (datetime(2025, month, 1, tzinfo=UTC) for month in (5, 6, 7))


@pytest.fixture
def catalogue(db) -> dict[str, Indicator]:
    """Beds, people (yearly), revenue (monthly) and what is computed from them."""
    rows = [
        ("BEDS", "", "7", "beds"),
        ("PEOPLE", "", "0", "people"),
        ("PER", "per(BEDS, PEOPLE, 10000)", "7", "beds"),
        ("RATIO", "share(PER, BEDS)", "7", "%"),
        ("REV", "", "1", "bn VND"),
        ("GROW", "growth(REV)", "1", "% yoy"),
        ("GIRLS", "share(PUPILS[girls], PUPILS)", "8", "%"),
        ("PUPILS", "", "8", "count"),
    ]
    return {
        code: Indicator.objects.create(
            code=code,
            formula=formula,
            subsystem=subsystem,
            unit=unit,
            title=code,
            direction="none",
        )
        for code, formula, subsystem, unit in rows
    }


def load(**changed) -> Load:
    return Load.objects.create(
        **{"channel": Channel.FORM, "title": "t", "source": "s"} | changed
    )


def fact(code: str, period: str, value, **changed) -> Fact:
    start, end = spans.parse(period)
    values = {
        "indicator": Indicator.objects.get(code=code),
        "unit_id": UNIT,
        "period_start": start,
        "period_end": end,
        "value": Decimal(str(value)),
        "vintage": Vintage.FINAL,
        "published_at": MAY,
    } | changed
    return Fact(**values | {"load": values.get("load") or load()})


def publish(*facts: Fact) -> int:
    return services.publish(facts)


def newest(code: str, period: str | None = None, unit: int = UNIT) -> Fact | None:
    found = Fact.objects.filter(indicator__code=code, unit_id=unit, vintage__gt=0)
    if period:
        start, end = spans.parse(period)
        found = found.filter(period_start=start, period_end=end)
    return found.order_by("-period_end", "-published_at", "-vintage").first()


def value(code: str, period: str | None = None, unit: int = UNIT) -> float | None:
    found = newest(code, period, unit)
    return found and float(found.value)


def test_a_figure_is_computed_when_its_last_input_arrives(catalogue):
    publish(fact("BEDS", "2024", 800))
    assert value("PER") is None
    people = fact("PEOPLE", "2024", 200_000, vintage=Vintage.ESTIMATE)
    people.published_at = JUNE
    assert publish(people) == 1, "what the caller brought, not what came of it"
    made = newest("PER")
    assert float(made.value) == 40
    assert (made.basis, made.vintage) == (Basis.COMPUTED, Vintage.ESTIMATE)
    assert made.published_at == JUNE
    assert made.inputs == [newest("BEDS").pk, newest("PEOPLE").pk]
    assert made.load.channel == Channel.COMPUTED
    assert Latest.objects.get(indicator__code="PER").fact == made


def test_a_computed_figure_feeds_the_next(catalogue):
    publish(fact("BEDS", "2024", 800), fact("PEOPLE", "2024", 200_000))
    assert value("RATIO") == 5
    assert newest("RATIO").inputs == [newest("PER").pk, newest("BEDS").pk]
    assert newest("RATIO").load == newest("PER").load, "one run, one origin"


def test_the_denominator_is_the_newest_by_the_last_day(catalogue):
    publish(
        fact("PEOPLE", "2022", 100_000),
        fact("PEOPLE", "2024", 200_000),
        *(fact("BEDS", period, 800) for period in ("2021", "2023", "2024-06", "2025")),
    )
    assert value("PER", "2023") == 80
    assert value("PER", "2024-06") == 80, "2024 had not ended"
    assert value("PER", "2025") == 40
    assert value("PER", "2021") is None, "there was none yet"


def test_in_the_first_year_the_denominator_of_that_year_counts(catalogue):
    publish(fact("BEDS", "2024-06", 800), fact("PEOPLE", "2024", 200_000))
    assert value("PER", "2024-06") == 40


def test_a_new_denominator_renews_later_figures_and_no_earlier_ones(catalogue):
    publish(fact("PEOPLE", "2022", 100_000))
    publish(*(fact("BEDS", period, 800) for period in ("2022", "2023", "2025")))
    publish(fact("PEOPLE", "2023", 160_000, published_at=JUNE))
    assert [value("PER", year) for year in ("2022", "2023", "2025")] == [80, 50, 50]
    assert newest("PER", "2022").published_at == MAY
    versions = Fact.objects.filter(indicator__code="PER", period_end="2023-12-31")
    assert versions.count() == 2, "what was shown in May stays a version"


def test_growth_is_against_the_same_period_whichever_comes_first(catalogue):
    publish(fact("REV", "2024-05", 120))
    assert value("GROW") is None
    publish(fact("REV", "2023-05", 100))
    assert value("GROW", "2024-05") == 20
    publish(fact("REV", "2023-05", 80, published_at=JUNE))
    assert value("GROW", "2024-05") == 50


def test_parts_plans_other_units_and_other_measures_are_not_mixed_in(catalogue):
    publish(
        fact("PUPILS", "2024", 1000),
        fact("PUPILS", "2024", 480, facet="girls"),
        fact("PUPILS", "2024", 700, unit_id=OTHER),
        fact("BEDS", "2024", 900, vintage=Vintage.PLAN),
        fact("BEDS", "2024", 9, unit="thousand"),
        fact("PEOPLE", "2024", 200_000),
    )
    assert value("GIRLS") == 48
    assert value("GIRLS", unit=OTHER) is None
    assert value("PER") is None


def test_publishing_again_computes_nothing_new(catalogue):
    rows = [fact("BEDS", "2024", 800), fact("PEOPLE", "2024", 200_000)]
    publish(*rows)
    before = Fact.objects.count(), Load.objects.count()
    assert publish(*[fact("BEDS", "2024", 800, load=rows[0].load)]) == 0
    computing.follow(list(Fact.objects.all()))
    computing.recompute(["PER", "RATIO"])
    assert (Fact.objects.count(), Load.objects.count()) == (before[0], before[1])


def test_taking_inputs_back_leaves_nothing_that_was_made_from_them(catalogue):
    mistaken = load()
    publish(fact("BEDS", "2024", 800), fact("PEOPLE", "2024", 200_000))
    publish(fact("BEDS", "2024", 8_000, load=mistaken, published_at=JUNE))
    assert value("PER") == 400
    gone = newest("BEDS").pk
    assert services.withdraw(mistaken, by_id=None, reason="typing error") == 1
    assert (value("PER"), value("RATIO")) == (40, 5)
    assert not Fact.objects.filter(inputs__contains=[gone]).exists()
    taken = Withdrawn.objects.filter(basis=Basis.COMPUTED)
    assert sorted(float(f.value) for f in taken) == [5, 400]
    assert float(Latest.objects.get(indicator__code="PER").fact.value) == 40


def test_taking_the_only_input_back_leaves_the_figure_missing(catalogue):
    only = load()
    publish(fact("BEDS", "2024", 800, load=only), fact("PEOPLE", "2024", 200_000))
    services.withdraw(only, by_id=None, reason="")
    assert value("PER") is None
    assert not Latest.objects.filter(indicator__code="PER").exists()


def test_a_reported_figure_takes_the_place_of_the_computed_one(catalogue):
    publish(fact("BEDS", "2024", 800), fact("PEOPLE", "2024", 200_000))
    reported = fact("PER", "2024", 41)
    publish(reported)
    assert value("PER") == 41
    assert value("RATIO") == pytest.approx(5.125)
    publish(fact("BEDS", "2024", 900, published_at=JULY))
    assert value("PER") == 41, "still what the agency said"
    services.withdraw(newest("PER").load, by_id=None, reason="")
    assert value("PER") == 45


def current() -> dict[tuple, tuple]:
    rows = Latest.objects.select_related("fact", "indicator")
    return {
        (row.indicator.code, row.facet): (
            float(row.fact.value),
            row.fact.period,
            row.fact.vintage,
            row.fact.published_at,
        )
        for row in rows
    }


def test_the_order_in_which_facts_come_changes_no_figure(catalogue):
    def rows():
        return [
            fact("BEDS", "2024", 800, published_at=MAY, vintage=Vintage.ESTIMATE),
            fact("BEDS", "2024", 820, published_at=JUNE),
            fact("PEOPLE", "2024", 200_000, published_at=JULY),
            fact("PER", "2024", 41, published_at=JUNE),
        ]

    seen = set()
    for order in permutations(range(4)):
        made = rows()
        for n in order:
            publish(made[n])
        seen.add(tuple(sorted(current().items())))
        Latest.objects.all().delete()
        Fact.objects.all().delete()
        Withdrawn.objects.all().delete()
    assert len(seen) == 1


def test_a_changed_formula_is_computed_for_all_periods(catalogue):
    publish(fact("BEDS", "2024", 800), fact("PEOPLE", "2024", 200_000))
    Indicator.objects.filter(code="PER").update(formula="per(BEDS, PEOPLE, 1000)")
    assert len(computing.recompute(["PER"])) == 2
    assert (value("PER"), value("RATIO")) == (4, 0.5)


def test_a_formula_that_is_gone_leaves_no_computed_figure(catalogue):
    publish(fact("BEDS", "2024", 800), fact("PEOPLE", "2024", 200_000))
    Indicator.objects.filter(code="PER").update(formula="")
    call_command("compute_indicators", "PER")
    assert (value("PER"), value("RATIO")) == (None, None)


def test_an_entry_of_the_catalogue_is_checked_before_it_is_saved(catalogue):
    entry = catalogue["BEDS"]
    entry.formula, entry.red, entry.counted = "RATIO * 2", "<plann", {"layer": "x"}
    with pytest.raises(ValidationError) as caught:
        entry.full_clean()
    reasons = caught.value.message_dict
    assert "computed from itself" in reasons["formula"][0]
    assert "<plann" in reasons["red"][0]
    assert "no layer 'x'" in reasons["counted"][0]
    catalogue["PER"].full_clean()


def test_a_figure_is_computed_for_the_levels_it_is_measured_for(catalogue, province):
    Indicator.objects.filter(code="PER").update(level="province;hospital")
    nodes = province.nodes.values()
    root = next(node.id for node in nodes if node.kind == "province")
    commune = next(node.id for node in nodes if node.kind == "commune")
    for unit in (root, commune):
        publish(
            fact("BEDS", "2024", 800, unit_id=unit),
            fact("PEOPLE", "2024", 200_000, unit_id=unit),
        )
    assert value("PER", unit=root) == 40
    assert value("PER", unit=commune) is None


def test_a_note_about_made_up_inputs_goes_on_with_the_figure(catalogue):
    publish(
        fact("BEDS", "2024", 800, note="synthetic demo series"),
        fact("PEOPLE", "2024", 200_000),
    )
    assert newest("RATIO").note == "synthetic demo series"


def test_the_period_a_year_after_is_the_inverse_of_the_one_before():
    from layers.indicators.formulas.places import a_year_after

    for text in ("2024", "2023-02", "2024-02", "2024-W10", "2023-Q4", "2023-01..11"):
        span = spans.parse(text)
        assert spans.a_year_before(*a_year_after(*span)) == span
    assert a_year_after(date(2023, 2, 1), date(2023, 2, 28))[1] == date(2024, 2, 29)


def test_a_formula_changed_in_the_admin_is_computed_after_the_commit(
    catalogue, admin_client, django_capture_on_commit_callbacks, settings
):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    publish(fact("BEDS", "2024", 800), fact("PEOPLE", "2024", 200_000))
    entry = catalogue["PER"]
    form = {
        field.name: getattr(entry, field.attname) or ""
        for field in entry._meta.concrete_fields
        if field.name not in ("id", "accumulates", "counted")
    }
    form |= {"parts": "", "decimals": 2, "formula": "per(BEDS, PEOPLE, 1000)"}
    url = f"/admin/indicators/indicator/{entry.pk}/change/"
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin_client.post(url, form)
    assert answer.status_code == 302
    assert value("PER") == 4
