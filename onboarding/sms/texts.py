"""Every text that is ever sent: fixed, unaccented Vietnamese, one segment each (P20).

Nothing that a visitor typed enters a text (rule R22). A code's last line is bound to the portal's host: a
telephone fills it in there and nowhere else. Source: WICG, "Origin-bound one-time codes delivered via SMS".
"""

import re
import textwrap
import unicodedata
from dataclasses import dataclass
from typing import NewType, Self
from urllib.parse import urlsplit

from onboarding.config import Settings
from onboarding.errors import SettingsError

Text = NewType("Text", str)

# The longest that a deployment may put into the texts, in characters: every text still fits one segment.
NAME_MOST = 32
HOST_MOST = 40
PHONE_MOST = 14


@dataclass(frozen=True)
class Texts:
    """The texts of one portal, made of its name, its host, its help line and a code's life in minutes."""

    name: str
    host: str
    phone: str
    minutes: int

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The texts of a deployment.

        Raises:
            SettingsError: where a setting does not fit a message of one segment.
        """
        # Only a sandbox may leave its address open; it answers on loopback then.
        host = urlsplit(settings.public_url).hostname or "127.0.0.1"
        name = textwrap.shorten(unaccented(settings.portal_name), NAME_MOST, placeholder="")
        if problems := misfits(name, host, settings.support_phone):
            raise SettingsError(problems)
        return cls(name, host, settings.support_phone, max(1, settings.code_seconds // 60))

    def sign_in_code(self, code: str) -> Text:
        """The code that signs in to an account."""
        return self._code(code, f"{code} la ma dang nhap.")

    def registration_code(self, code: str) -> Text:
        """The code that confirms the number of somebody who registers."""
        return self._code(code, f"{code} la ma dang ky tai khoan.")

    def registration_code_known(self, code: str) -> Text:
        """The same where the number has an account: only its holder may learn that (rule R14)."""
        return self._code(code, f"so nay da co tai khoan. Ma: {code}.")

    def resume_code(self, code: str) -> Text:
        """The code that opens an unfinished journey on another device."""
        return self._code(code, f"{code} la ma de lam tiep.")

    def certificate_link_code(self, code: str) -> Text:
        """The code that lets a signing certificate be linked to the account of this number."""
        return self._code(code, f"{code} la ma gan USB ky so.")

    def confirm_code(self, code: str) -> Text:
        """The code by which somebody who is signed in confirms that it is them."""
        return self._code(code, f"{code} la ma xac nhan thay doi.")

    def identity_tried(self) -> Text:
        """To the holder of an account: somebody registered with the same national id or tax code."""
        return self._notice("co nguoi dang ky bang so can cuoc hoac ma so thue cua ong/ba. Tai khoan khong doi.")

    def welcome(self) -> Text:
        """To the holder of a new account."""
        return self._notice("ong/ba da co tai khoan. Tu nay hay dang nhap bang so dien thoai nay.")

    def certificate_linked(self) -> Text:
        """To the holder of an account that a certificate now opens too."""
        return self._notice("mot USB ky so vua duoc gan vao tai khoan cua ong/ba.")

    def certificate_removed(self) -> Text:
        """To the holder of an account that a certificate opens no more."""
        return self._notice("mot USB ky so vua duoc go khoi tai khoan cua ong/ba.")

    def certificate_ends(self, days: int) -> Text:
        """To the holder of an account whose certificate ends within so many days."""
        return self._news(f"chung thu so trong USB ky so cua ong/ba het han trong {days} ngay toi. Hay gia han.")

    def identity_disputed(self) -> Text:
        """To the holder of an account whose id another account has proven by a certificate."""
        return self._news("so can cuoc cua ong/ba vua duoc xac minh o tai khoan khac.")

    def call_back_received(self) -> Text:
        """To a number that somebody asked to be called at."""
        return self._notice("can bo se goi lai ong/ba qua so nay va khong bao gio hoi ma xac nhan.")

    def unlocked(self) -> Text:
        """To a number whose lock staff have ended."""
        return self._news("can bo vua mo khoa so dien thoai nay.")

    def sessions_ended(self) -> Text:
        """To the holder of an account that staff have signed out everywhere."""
        return self._news("can bo vua dang xuat tai khoan cua ong/ba tren moi thiet bi.")

    def suspended(self) -> Text:
        """To the holder of an account that staff have suspended."""
        return self._news("tai khoan cua ong/ba vua bi tam khoa.")

    def reinstated(self) -> Text:
        """To the holder of an account that staff have reinstated."""
        return self._news("tai khoan cua ong/ba da duoc mo lai.")

    def closed(self) -> Text:
        """To the holder of an account that is closed and erased."""
        return self._news("tai khoan va du lieu cua ong/ba vua duoc dong va xoa.")

    def number_changes(self) -> Text:
        """To the old number of an account that is to get another one."""
        return self._notice("tai khoan cua ong/ba sap doi sang so dien thoai khac.")

    def number_offered(self) -> Text:
        """To the new number, which its owner has yet to prove."""
        return self._notice("hay dang nhap bang so nay trong 7 ngay de doi so cua tai khoan.")

    def number_changed(self) -> Text:
        """To the old number, once the new one is proven."""
        return self._notice("tai khoan cua ong/ba vua doi sang so dien thoai khac.")

    def merged(self) -> Text:
        """To the holder of two accounts that are one now."""
        return self._notice("hai tai khoan cua ong/ba vua duoc gop lam mot.")

    def call_back_answered(self) -> Text:
        """To a number whose request to be called is done."""
        return self._news("yeu cau goi lai cua ong/ba da xong.")

    def _code(self, code: str, sentence: str) -> Text:
        body = f"{self.name}: {sentence} Hieu luc {self.minutes} phut, khong dua cho ai."
        return Text(f"{body}\n@{self.host} #{code}")

    def _notice(self, sentence: str) -> Text:
        """Of what the reader did, or somebody in their name."""
        return Text(f"{self.name}: {sentence} Neu khong phai ong/ba, goi {self.phone}.")

    def _news(self, sentence: str) -> Text:
        """Of what the reader did not do: "if this was not you" would make no sense."""
        return Text(f"{self.name}: {sentence} Can giup, goi {self.phone}.")


def misfits(name: str, host: str, phone: str) -> list[str]:
    """A sentence for each part that the texts have no room or no letters for."""
    rules = [
        ("PORTAL_NAME", name, r".*[A-Za-z].*", "at least one plain letter"),
        ("PUBLIC_URL", host, rf"[a-z0-9.-]{{1,{HOST_MOST}}}", f"a host of at most {HOST_MOST} plain letters"),
        ("SUPPORT_PHONE", phone, rf"[0-9+. -]{{1,{PHONE_MOST}}}", f"at most {PHONE_MOST} digits and spaces"),
    ]
    return [
        f"ONBOARDING_{setting} needs {rule}, to fit into a text message."
        for setting, part, form, rule in rules
        if not re.fullmatch(form, part)
    ]


def unaccented(text: str) -> str:
    """Vietnamese as plain letters, e.g. Hậu Giang as Hau Giang; what has no plain form is left out."""
    apart = unicodedata.normalize("NFD", text).translate(str.maketrans("đĐ", "dD"))
    return re.sub(r"[^A-Za-z0-9\s.,-]", "", apart)
