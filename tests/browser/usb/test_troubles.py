"""What goes wrong between a page and a token: each trouble has its own sentence, and none bars another way."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree

import pytest
from playwright.sync_api import expect

from onboarding.sandbox.tokens import make_token
from tests.browser.agent import (
    Computer,
    make_computer,
    running_agent,
    scripted_agent,
    sign,
    sit_down,
    told,
)
from tests.browser.citizen import Citizen
from tests.machine.server import Server

pytestmark = pytest.mark.token

CODES = {
    "1": "VNPT-CA Plugin không nhận nội dung cần ký (mã 1)",
    "2": "Không tìm thấy chứng thư số nào",
    "3": "USB ký số không ký được (mã 3)",
    "4": "USB có chứng thư số nhưng không có khóa (mã 4)",
    "5": "VNPT-CA Plugin báo lỗi không rõ (mã 5)",
    "6": "VNPT-CA Plugin thiếu số trang PDF (mã 6)",
    "7": "VNPT-CA Plugin báo trang không tồn tại (mã 7)",
    "8": "VNPT-CA Plugin không thấy thẻ XML (mã 8)",
    "9": "VNPT-CA Plugin không thấy mã trong tệp XML (mã 9)",
    "10": "VNPT-CA Plugin báo chữ ký trước không đúng (mã 10)",
    "11": "Ông/bà đã hủy",
    "12": "USB ký số đã bị khóa",
    "99": "Chưa được",
    "hang-up": "Phần mềm ký số bị ngắt",
    "text:nonsense": "Không đọc được câu trả lời",
}
STATUSES = {
    **{str(number): f"VGCA Sign Service báo {number}:" for number in range(1, 12)},
    "14": "VGCA Sign Service báo lỗi 14",
    "28": "VGCA Sign Service báo lỗi 28",
    "77": "Chưa được",
}
LICENCES = {
    "": "Cổng này chưa có giấy phép",
    "<NgayKetThuc>31/12/2020</NgayKetThuc>": "Giấy phép dùng VNPT-CA Plugin của cổng đã hết hạn",
    "<DonViDuocCap>another.example</DonViDuocCap>": "Giấy phép dùng VNPT-CA Plugin cấp cho địa chỉ khác",
    "<DonViDuocCap>*</DonViDuocCap>": "VNPT-CA Plugin không chấp nhận giấy phép",
}


def test_every_result_code_of_the_vnpt_plugin_has_its_sentence(
    citizen: Citizen, server: Server, agent_folder: Path
) -> None:
    """And then the same page, with nothing loaded anew, still signs: what comes is the server's own refusal."""
    sit_down(citizen)
    with scripted_agent(server.url, agent_folder, *(f"signCms={code}" for code in CODES), "signCms=real"):
        said = {code: told(citizen) for code in CODES}
        with citizen.page.expect_navigation():
            citizen.page.locator("[data-usb-start]").click()
    assert {code: text for code, text in said.items() if not text.startswith(CODES[code])} == {}
    assert len({text.partition("\n")[0] for text in said.values()}) == len(CODES)
    assert "Phần mềm báo: 99" in said["99"]
    expect(citizen.page.locator(".error-summary")).to_contain_text("chưa biết nơi cấp chứng thư số này")


def test_every_status_of_the_vgca_service_has_its_sentence(
    citizen: Citizen, server: Server, agent_folder: Path
) -> None:
    answers = [f'Auth=text:{{"Status":{status},"Error":"","Signature":""}}' for status in STATUSES]
    pin = ('Auth=text:{"Status":3,"Error":"The PIN is wrong."}', 'Auth=text:{"Status":3,"Error":"Đã hủy"}')
    sit_down(citizen, "vgca")
    with scripted_agent(server.url, agent_folder, *answers, *pin):
        said = {status: told(citizen) for status in STATUSES}
        assert told(citizen).startswith("Mã PIN không đúng.")
        assert told(citizen).startswith("Ông/bà đã hủy.")
    assert {status: text for status, text in said.items() if not text.startswith(STATUSES[status])} == {}


def test_what_is_wrong_with_the_licence_is_told(citizen: Citizen, server: Server, agent_folder: Path) -> None:
    sit_down(citizen)
    give = "xml => document.querySelector('[data-usb]').dataset.usbLicence = btoa(xml)"
    with scripted_agent(server.url, agent_folder, "setLicenseKey=0", "checkPlugin=real"):
        for licence, sentence in LICENCES.items():
            citizen.page.evaluate(give, licence)
            assert told(citizen).startswith(sentence)


def test_a_plugin_that_is_not_ready_and_a_closed_choice_of_certificate(
    citizen: Citizen, server: Server, agent_folder: Path
) -> None:
    sit_down(citizen)
    with scripted_agent(server.url, agent_folder, "checkPlugin=text:-1", "checkPlugin=real", "getCertInfo=text:"):
        assert told(citizen).startswith("VNPT-CA Plugin đang chạy nhưng chưa sẵn sàng.")
        assert told(citizen).startswith("Ông/bà đã hủy.")


def test_cancel_ends_the_wait_for_a_silent_token_and_another_window_waits_meanwhile(
    citizen: Citizen, server: Server, agent_folder: Path
) -> None:
    sit_down(citizen)
    with scripted_agent(server.url, agent_folder, "signCms=silent"):
        citizen.page.locator("[data-usb-start]").click()
        expect(citizen.page.locator("[data-usb-cancel]")).to_be_focused()
        window = Citizen(citizen.page.context.new_page(), server)
        window.page.goto("/onboarding/usb")
        window.page.locator("[name=program][value=vgca]").check()
        assert told(window).startswith("Một cửa sổ khác của cổng đang dùng USB ký số.")
        citizen.page.locator("[data-usb-cancel]").click()
    expect(citizen.page.locator("[data-usb-status]")).to_contain_text("Đã dừng, chưa ký gì.")
    expect(citizen.page.locator("[data-usb-start]")).to_be_focused()
    assert told(citizen).startswith("VNPT-CA Plugin không trả lời.")


def test_where_auth_is_not_answered_vgca_signs_a_jws(
    citizen: Citizen, server: Server, tmp_path: Path, agent_folder: Path
) -> None:
    computer = make_computer(server, tmp_path, issuer="vgca")
    with running_agent(computer, server.url, agent_folder, "--answer", "Auth=hang-up"):
        sign(citizen, "vgca")
    assert citizen.at == "register"


def test_a_program_that_does_not_run_or_listens_elsewhere_is_told_and_bars_no_other(
    citizen: Citizen, server: Server, agent_folder: Path
) -> None:
    elsewhere = ("--port", "0", "--vgca-port", "0")
    sit_down(citizen)
    assert told(citizen).startswith("VNPT-CA Plugin không trả lời.")
    with scripted_agent(server.url, agent_folder, "signCms=real", options=elsewhere):
        assert told(citizen).startswith("VNPT-CA Plugin không trả lời.")
        citizen.page.locator("[name=program][value=vgca]").check()
        expect(citizen.page.locator("[data-usb-status]")).to_be_empty()
        assert told(citizen).startswith("VGCA Sign Service không trả lời.")
        citizen.page.locator("[name=program][value=web-eid]").check()
        assert told(citizen).startswith("Trình duyệt chưa có tiện ích Web eID")


def test_a_wrong_pin_a_closed_prompt_and_a_missing_token_are_told_apart(
    citizen: Citizen, server: Server, tmp_path: Path, agent_folder: Path
) -> None:
    computer = make_computer(server, tmp_path)
    sit_down(citizen)
    with running_agent(computer, server.url, agent_folder, typed=""):
        assert told(citizen).startswith("Ông/bà đã hủy.")
    computer.wrong_pin()
    with running_agent(computer, server.url, agent_folder):
        assert told(citizen).startswith("Mã PIN không đúng.")
    rmtree(computer.token / "tokens")
    (computer.token / "tokens").mkdir()
    with running_agent(computer, server.url, agent_folder):
        assert told(citizen).startswith("Không tìm thấy chứng thư số nào.")
    assert citizen.at == "usb"


def test_C14_an_expired_certificate_is_refused_with_its_own_sentence(
    citizen: Citizen, server: Server, tmp_path: Path, agent_folder: Path
) -> None:
    computer = Computer(tmp_path, "", "")
    make_token(computer.token, server.folder / "trust", datetime.now(UTC) - timedelta(days=2), days=1)
    with running_agent(computer, server.url, agent_folder):
        sign(citizen)
    assert citizen.at == "usb"
    expect(citizen.page.locator(".error-summary")).to_contain_text("Chứng thư số đã hết hạn")
    expect(citizen.page.locator(".ways a[href*=phone]")).to_be_visible()
