"""What allauth asks of us: where staff go, and how secrets are kept."""

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from ankang.core.ciphers import keyring

STAFF_HOME = "/console/"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Staff accounts are made by the city, never by signing up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return STAFF_HOME


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seals the secrets of authenticators with the keyring."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(keyring().seal(text)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return keyring().open(base64.b64decode(encrypted_text))

    def get_totp_issuer(self) -> str:
        return "安康"

    def get_public_key_credential_user_entity(
        self, user: AbstractBaseUser
    ) -> dict[str, str | bytes]:
        entity = super().get_public_key_credential_user_entity(user)
        return {**entity, "display_name": user.get_username()}
