"""Saving a checked city folder. Loading it again changes only what has changed in it.

The programme (districts, plan, budget, lessons, questions) follows the folder. People,
employers and accounts are only added: once registered, they belong to the console.
Nothing is ever deleted.
"""

import hashlib
import secrets
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from django.db import models, transaction

from ankang.accounts.models import Person, User
from ankang.attachments.models import Attachment
from ankang.attachments.services import store_file
from ankang.audit.services import record_act
from ankang.budgets.models import BudgetLine
from ankang.console.cities.save_lessons import Media, save_lessons
from ankang.console.cities.specs import CitySpec, StaffSpec
from ankang.counting.recording import edition_facts
from ankang.evidence.services import append_many
from ankang.organizations.facts import employment_facts
from ankang.organizations.models import (
    City,
    Department,
    District,
    DistrictAlias,
    Employer,
    Employment,
    Industry,
    Membership,
    Provider,
    Strand,
)
from ankang.policies.models import RuleEdition
from ankang.projects.models import AnnualPlan, DistrictQuota, Project, Target

Row = TypeVar("Row", bound=models.Model)


class Saving:
    """One loading: what changed, by name, and the passwords made."""

    def __init__(
        self, spec: CitySpec, media: Media, password: str, at: datetime
    ) -> None:
        self.spec, self.media, self.password, self.at = spec, media, password, at
        self.changes: Counter[str] = Counter()
        self.passwords: dict[str, str] = {}

    def put(
        self, model: type[Row], keys: dict[str, Any], values: dict[str, Any]
    ) -> Row:
        """The row with these keys, made or changed so that it has these values."""
        manager = model._default_manager
        row = manager.filter(**keys).first()
        if row is None:
            row = manager.create(**keys, **values)
            self.changes[str(model._meta.verbose_name)] += 1
            return row
        different = [key for key in values if getattr(row, key) != values[key]]
        if different:
            for key in different:
                setattr(row, key, values[key])
            row.save(update_fields=different)
            self.changes[str(model._meta.verbose_name)] += 1
        return row

    def add(
        self, model: type[Row], keys: dict[str, Any], values: dict[str, Any]
    ) -> Row:
        """The row with these keys, left as it is if it is there."""
        row, is_new = model._default_manager.get_or_create(**keys, defaults=values)
        if is_new:
            self.changes[str(model._meta.verbose_name)] += 1
        return row


def store_media(spec: CitySpec, at: datetime) -> Media:
    """Keep the files of lessons and questions, before the transaction; known ones are found."""
    wanted: dict[Path, Attachment.Kind] = {}
    for lesson in spec.lessons:
        for path, kind in (
            (lesson.video, Attachment.Kind.VIDEO),
            (lesson.captions, Attachment.Kind.CAPTIONS),
            (lesson.poster, Attachment.Kind.IMAGE),
        ):
            if path is not None:
                wanted[path] = kind
    for question in spec.practice:
        if question.picture is not None:
            wanted[question.picture] = Attachment.Kind.DRAWING
    return {path: _stored(path, kind, at) for path, kind in wanted.items()}


def _stored(path: Path, kind: Attachment.Kind, at: datetime) -> Attachment:
    """Known by the hash of the original in its name: pictures are drawn anew."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        name = f"{path.parent.name}-{digest[:16]}{path.suffix}"
        known = Attachment.objects.filter(
            kind=kind, name=name, uploaded_by=None
        ).first()
        if known is not None:
            return known
        return store_file(kind=kind, file=file, name=name, uploaded_by=None, at=at)


@transaction.atomic
def save_city(*, spec: CitySpec, media: Media, password: str, at: datetime) -> Saving:
    """Save everything or nothing."""
    saving = Saving(spec, media, password, at)
    saving.put(City, {"code": spec.city["code"]}, _without(spec.city, "code"))
    _save_offices(saving)
    _save_places(saving)
    _save_plan(saving)
    _save_editions(saving)
    _save_organizations(saving)
    _save_people(saving)
    _save_staff(saving)
    save_lessons(saving)
    append_many(edition_facts())
    append_many(employment_facts(Employment.objects.filter(changed_at=at)))
    if saving.changes:
        record_act(
            actor=None,
            act="装入城市资料",
            target=f"city:{spec.city['code']}",
            detail=dict(saving.changes),
            at=at,
        )
    return saving


def _without(values: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key not in keys}


def _save_offices(saving: Saving) -> None:
    for one in saving.spec.departments:
        saving.put(Department, {"code": one["code"]}, _without(one, "code"))
    offices = {one.code: one for one in Department.objects.all()}
    for strand in saving.spec.strands:
        saving.put(
            Strand,
            {"code": strand.code},
            {"name": strand.name, "reviewer": offices[strand.reviewer]},
        )


def _save_places(saving: Saving) -> None:
    for one in saving.spec.districts:
        district = saving.put(
            District,
            {"code": one.code},
            {"name": one.name, "short_name": one.short_name},
        )
        for code in one.old_codes:
            saving.put(DistrictAlias, {"code": code}, {"district": district})
    for industry in saving.spec.industries:
        saving.put(Industry, {"code": industry["code"]}, _without(industry, "code"))


def _save_plan(saving: Saving) -> None:
    spec, year = saving.spec, saving.spec.city["program_year"]
    plan = saving.put(
        AnnualPlan,
        {"year": year},
        {
            "title": spec.city["document_title"],
            "document_number": spec.city["document_number"],
            "document_date": spec.document_date,
        },
    )
    for project in spec.projects:
        keys = {"plan": plan, "code": project["code"]}
        saving.put(Project, keys, _without(project, "code"))
    for code, (name, amount) in spec.budget.items():
        keys = {"year": year, "code": code}
        saving.put(BudgetLine, keys, {"name": name, "amount": amount})
    districts = {one.code: one for one in District.objects.all()}
    for one in spec.targets:
        target = saving.put(
            Target,
            {"plan": plan, "code": one.code},
            {
                "name": one.name,
                "people": one.people,
                "starts_on": one.starts_on,
                "deadline": one.deadline,
            },
        )
        for district in spec.districts:
            if people := district.quotas.get(one.code, 0):
                keys = {"target": target, "district": districts[district.code]}
                saving.put(DistrictQuota, keys, {"people": people})


def _save_editions(saving: Saving) -> None:
    """A changed file is the next revision of its year."""
    for one in saving.spec.editions:
        last = RuleEdition.objects.filter(year=one.year).order_by("-revision").first()
        words = (one.name, one.note, one.params)
        if last is not None and (last.name, last.note, last.params) == words:
            continue
        RuleEdition.objects.create(
            year=one.year,
            revision=last.revision + 1 if last else 1,
            name=one.name,
            note=one.note,
            params=one.params,
            created_at=saving.at,
        )
        saving.changes["规则版本"] += 1


def _save_organizations(saving: Saving) -> None:
    for provider in saving.spec.providers:
        keys = {"credit_code": provider["credit_code"]}
        saving.add(Provider, keys, _without(provider, "credit_code"))
    districts = {one.code: one for one in District.objects.all()}
    industries = {one.code: one for one in Industry.objects.all()}
    for one in saving.spec.employers:
        values = {
            **_without(one, "credit_code", "district", "industry"),
            "district": districts[one["district"]],
            "industry": industries.get(one["industry"]),
            "created_at": saving.at,
        }
        saving.add(Employer, {"credit_code": one["credit_code"]}, values)


def _save_people(saving: Saving) -> None:
    employers = {one.credit_code: one for one in Employer.objects.all()}
    since = date(saving.spec.city["program_year"], 1, 1)
    for one in saving.spec.people:
        person = Person.objects.with_id_number(one.id_number).first()
        if person is None:
            person = Person(name=one.name, created_at=saving.at)
            person.set_id_number(one.id_number)
            person.set_mobile(one.mobile)
            person.save()
            saving.changes["人员"] += 1
        saving.add(
            Employment,
            {"person": person, "employer": employers[one.employer]},
            {
                "kind": one.employment_kind,
                "post": one.post,
                "from_date": since,
                "changed_at": saving.at,
            },
        )


def _save_staff(saving: Saving) -> None:
    for one in saving.spec.staff:
        if User.objects.filter(username=one.username).exists():
            continue
        password = saving.password or secrets.token_urlsafe(9)
        user = User.objects.create_user(one.username, password, name=one.name)
        Membership.objects.create(
            user=user, scope=one.scope, created_at=saving.at, **_acts_for(one)
        )
        saving.passwords[one.username] = password
        saving.changes["管理账号"] += 1


def _acts_for(one: StaffSpec) -> dict[str, Any]:
    match Membership.Scope(one.scope):
        case Membership.Scope.CITY:
            return {"department": Department.objects.get(code=one.department)}
        case Membership.Scope.DISTRICT:
            return {"district": District.objects.get(code=one.district)}
        case Membership.Scope.EMPLOYER:
            return {"employer": Employer.objects.get(credit_code=one.employer)}
        case Membership.Scope.PROVIDER:
            return {"provider": _first_provider(Provider.Kind.TRAINING)}
        case Membership.Scope.EVALUATOR:
            return {"provider": _first_provider(Provider.Kind.EVALUATION)}
        case Membership.Scope.AUDITOR:
            return {}


def _first_provider(kind: Provider.Kind) -> Provider:
    return Provider.objects.filter(kind=kind).order_by("pk")[0]
