"""The specs that are measured."""

from pathlib import Path

from bench.specs import SETTINGS, services
from generator.cohorts import cohorts
from watchspec.load import load
from watchspec.spec import Spec


def _spec(folder: Path, text: str) -> Spec:
    path = folder / "monitoring.yml"
    path.write_text(text)
    return load(path).spec


def _rules(spec: Spec, alert: str) -> int:
    return sum(cohort.shape.setting.alert == alert for cohort in cohorts(spec))


def test_a_spec_of_many_services_is_right(tmp_path: Path) -> None:
    """It has as many as it says, and no mistake."""
    spec = _spec(tmp_path, services(25))

    assert len(spec.services) == 25
    assert spec.services[24].slo is not None


def test_rules_follow_the_settings_and_not_the_services(tmp_path: Path) -> None:
    """One a severity of each of the forty."""
    few, many = (_spec(tmp_path, services(count)) for count in (SETTINGS, 3 * SETTINGS))

    assert _rules(few, "ServiceDown") == _rules(many, "ServiceDown") == SETTINGS
    assert _rules(many, "HighErrorRate") == 2 * SETTINGS
    assert len(cohorts(few)) == len(cohorts(many))


def test_with_a_team_each_every_service_has_rules_of_its_own(tmp_path: Path) -> None:
    """That is what the other is compared with."""
    spec = _spec(tmp_path, services(3 * SETTINGS, teams=3 * SETTINGS))

    assert _rules(spec, "ServiceDown") == 3 * SETTINGS
