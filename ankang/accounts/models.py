"""Persons as they are known by document, and the users who sign in."""

from __future__ import annotations

import secrets
from typing import ClassVar, Self

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ankang.core.ciphers import keyring
from ankang.core.validators import masked_id_number, masked_mobile


def new_person_number() -> str:
    """A random opaque number: the only name that the evidence knows."""
    return secrets.token_hex(8)


class PersonQuerySet(models.QuerySet["Person"]):
    """Ways to find a person without decrypting anybody."""

    def with_id_number(self, number: str) -> Self:
        return self.filter(id_index=keyring().blind_index("id", number))

    def with_mobile(self, mobile: str) -> Self:
        return self.filter(mobile_index=keyring().blind_index("mobile", mobile))


class Person(models.Model):
    """A natural person (自然人), known once however many employers and phones."""

    class IdKind(models.TextChoices):
        RESIDENT = "resident", "居民身份证"
        OTHER = "other", "其他证件"

    number = models.CharField(
        "人员编号",
        max_length=16,
        unique=True,
        default=new_person_number,
        editable=False,
    )
    name = models.CharField("姓名", max_length=50)
    id_kind = models.CharField(
        "证件类型", max_length=10, choices=IdKind, default=IdKind.RESIDENT
    )
    id_sealed = models.BinaryField("证件号码（加密）")
    id_index = models.BinaryField("证件号码索引", max_length=16, unique=True)
    id_mask = models.CharField("证件号码", max_length=20)
    mobile_sealed = models.BinaryField("手机号（加密）", null=True)
    mobile_index = models.BinaryField(
        "手机号索引", max_length=16, unique=True, null=True
    )
    mobile_mask = models.CharField("手机号", max_length=11, blank=True)
    verified_at = models.DateTimeField("实名核验时间", null=True, blank=True)
    consented_at = models.DateTimeField("同意隐私说明时间", null=True, blank=True)
    created_at = models.DateTimeField("建档时间", default=timezone.now)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = "人员"
        verbose_name_plural = "人员"
        indexes = [
            # search by name on the console's people list
            models.Index(fields=["name"], name="person_by_name"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.number}"

    def set_id_number(self, number: str) -> None:
        """Store a normalized document number: sealed, indexed, masked."""
        self.id_sealed = keyring().seal(number)
        self.id_index = keyring().blind_index("id", number)
        self.id_mask = masked_id_number(number)

    def set_mobile(self, mobile: str) -> None:
        """Store a normalized mobile number, or none when empty."""
        self.mobile_sealed = keyring().seal(mobile) if mobile else None
        self.mobile_index = keyring().blind_index("mobile", mobile) if mobile else None
        self.mobile_mask = masked_mobile(mobile)

    def id_number(self) -> str:
        """The full number. Whoever shows it writes an audit entry."""
        return keyring().open(bytes(self.id_sealed))

    def mobile(self) -> str:
        """The full mobile number, empty if none is known."""
        return keyring().open(bytes(self.mobile_sealed)) if self.mobile_sealed else ""


class UserManager(BaseUserManager["User"]):
    """Makes staff with a password; workers are made by signing in with a code."""

    def create_user(
        self, username: str, password: str | None, **fields: object
    ) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str, **fields: object) -> User:
        return self.create_user(
            username, password, is_staff=True, is_superuser=True, **fields
        )


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in: a worker by SMS code, staff by password."""

    person = models.OneToOneField(
        Person, verbose_name="人员", on_delete=models.PROTECT, null=True, blank=True
    )
    username = models.CharField("账号", max_length=50, unique=True)
    name = models.CharField("姓名", max_length=50)
    is_active = models.BooleanField("可登录", default=True)
    is_staff = models.BooleanField("可进入数据管理", default=False)
    sign_out_count = models.PositiveIntegerField("全部退出次数", default=0)
    created_at = models.DateTimeField("创建时间", default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "用户"
        verbose_name_plural = "用户"
        constraints = [
            models.CheckConstraint(
                name="user_is_worker_or_staff",
                condition=Q(person__isnull=True) | Q(is_superuser=False),
                violation_error_message="学员账号不能是超级管理员。",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.username}"

    def get_session_auth_hash(self) -> str:
        """Changes with the password and with each sign-out everywhere."""
        value = f"{self.password}:{self.sign_out_count}"
        return salted_hmac("ankang.session", value, algorithm="sha256").hexdigest()


class SignIn(models.Model):
    """A person signed in on a device (登录).

    Rows are added, and forgotten after the days that the edition in force says.
    """

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="sign_ins"
    )
    device = models.CharField("设备", max_length=16, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "登录"
        verbose_name_plural = "登录"
        indexes = [
            # the timeline of a person
            models.Index(fields=["person", "at"], name="sign_in_by_person"),
            # the timeline of a device
            models.Index(fields=["device", "at"], name="sign_in_by_device"),
            # what is over the time it is kept
            models.Index(fields=["at"], name="sign_in_by_time"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.person_id}"


class SignInCode(models.Model):
    """A code asked for by SMS (验证码), for a known mobile or not.

    Kept a day, because the limits per mobile and per address are counted from it.
    """

    mobile_index = models.BinaryField("手机号索引", max_length=16)
    address_index = models.BinaryField("网络地址索引", max_length=16)
    code_index = models.BinaryField("验证码索引", max_length=16)
    tries = models.PositiveSmallIntegerField("已试次数", default=0)
    requested_at = models.DateTimeField("申请时间")
    used_at = models.DateTimeField("使用时间", null=True)

    class Meta:
        verbose_name = "验证码"
        verbose_name_plural = "验证码"
        indexes = [
            # the newest code of a mobile, and its limit
            models.Index(
                fields=["mobile_index", "requested_at"], name="code_by_mobile"
            ),
            # the limit of an address
            models.Index(
                fields=["address_index", "requested_at"], name="code_by_address"
            ),
            # dropping those older than a day
            models.Index(fields=["requested_at"], name="code_by_time"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
