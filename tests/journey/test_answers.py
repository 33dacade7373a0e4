"""A fifth answer is one file and one line: then it is a radio, an address and a page."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from onboarding.journey.first import ANSWERS
from tests.journey.people import Person

ROOT = Path(__file__).parent.parent.parent
FILE = '''"""By post: a form on paper."""

from flask_babel import lazy_gettext as _l

from onboarding.journey.forms import StepForm
from onboarding.journey.steps import Answer, Step

ANSWER = Answer(
    value="post",
    label=_l("By post"),
    steps=(Step("post", _l("We send you a form on paper"), ("call-back",), StepForm),),
)
'''
PROGRAM = """
import json, sys
from pathlib import Path
from onboarding import create_app
from onboarding.config import Settings
from tests.journey.people import Person
from tests.machine import schema
from tests.machine.visitor import Visitor

folder = Path(sys.argv[1])
schema.make(f"sqlite:///{folder / 'onboarding.db'}")
app = create_app(Settings(mode="sandbox", instance=folder, sms_gateway="sandbox"))
app.test_client_class = Visitor
person = Person(app.test_client(), None)
seen = {}
for address in ("/", "/portlet/question", "/onboarding/account?answer=post"):
    page = person.client.visit(address)
    seen[address] = [radio.get("value") for radio in page.all("input") if radio.get("name") == "answer"]
person.submit()
seen["first"] = [person.place, person.page.heading]
person.submit()
seen["second"] = person.place
print(json.dumps(seen))
"""
LABELS = {
    "guided-help": "Không biết đăng ký",
    "register": "Chưa đăng ký",
    "phone": "Đã có tài khoản bằng Số Điện thoại",
    "usb": "Đã có tài khoản bằng USB ký số (VNPT hoặc Cục cơ yếu CP)",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the program with one file and one line more."""
    for name in ("onboarding", "templates", "static", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "onboarding/journey/post.py").write_text(FILE)
    first = tmp_path / "onboarding/journey/first.py"
    text = first.read_text()
    line = "    usb.ANSWER,\n"
    assert text.count(line) == 1
    text = text.replace(line, line + "    post.ANSWER,\n")
    first.write_text(text.replace("import guided_help, phone,", "import guided_help, phone, post,"))
    return tmp_path


def test_a_fifth_answer_is_a_radio_an_address_and_a_page(tree: Path) -> None:
    (tree / "instance").mkdir()
    program = [sys.executable, "-c", PROGRAM, str(tree / "instance")]
    environ = os.environ | {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(program, cwd=tree, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    answers = [*LABELS, "post"]
    assert seen == {
        "/": answers,
        "/portlet/question": answers,
        "/onboarding/account?answer=post": answers,
        "first": ["post", "We send you a form on paper"],
        "second": "call-back",
    }


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_four_answers_carry_the_portals_words(person: Person) -> None:
    person.client.visit("/onboarding/account?lang=vi")
    radios = [radio for radio in person.page.all("input") if radio.get("name") == "answer"]
    labels = {radio.get("value"): radio.inside("label") for radio in radios}
    assert list(labels) == list(LABELS) == [answer.value for answer in ANSWERS]
    assert all(label is not None and label.text.startswith(LABELS[value]) for value, label in labels.items())
    assert [button.text for button in person.page.all("button")] == ["Tiếp tục"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_comes_with_an_answer_is_told_to_press_the_button(person: Person) -> None:
    told = "An answer is chosen already. Press Continue."
    assert told in person.visit("account?answer=phone").text
    for address in ("account", "account?answer=", "account?answer=nothing"):
        assert told not in person.visit(address).text
