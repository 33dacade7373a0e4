"""The check of one's own computer: a line for each thing, and the result for support under the support code."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from onboarding.accounts import usb_checks
from tests.browser.agent import scripted_agent
from tests.browser.citizen import Citizen
from tests.machine.server import Server

pytestmark = pytest.mark.token


def check(citizen: Citizen, bridge: str) -> list[str]:
    """Let the page check the computer for a signing program; the lines that it shows."""
    page = citizen.page
    page.context.grant_permissions(["local-network-access"], origin=citizen.server.url)
    page.goto("/onboarding/usb-check")
    page.locator(f"[name=program][value={bridge}]").check()
    page.locator("[data-usb-start]").click()
    expect(page.locator("[data-usb-send]")).to_be_visible(timeout=20_000)
    return page.locator("[data-usb-findings] li").all_inner_texts()


def sent(citizen: Citizen) -> dict[str, str]:
    """Send the result to support, and what then lies there under the code on the page."""
    citizen.page.locator("[data-usb-send]").click()
    told = citizen.page.locator("[data-usb-sent]")
    expect(told).to_contain_text("Đã gửi.")
    code = citizen.page.locator("[data-support-code]").inner_text()
    expect(told).to_contain_text(code)
    newest = """SELECT findings FROM usb_checks JOIN journeys ON journeys.id = usb_checks.journey_id
        WHERE support_code = ? ORDER BY sent_at DESC LIMIT 1"""
    with closing(sqlite3.connect(f"file:{citizen.server.folder}/onboarding.db?mode=ro", uri=True)) as database:
        findings: dict[str, str] = json.loads(database.execute(newest, [code]).fetchone()[0])
    assert usb_checks.are_findings(findings)
    return findings


def test_where_everything_works_every_line_says_so(citizen: Citizen, server: Server, agent_folder: Path) -> None:
    with scripted_agent(server.url, agent_folder, "signCms=real"):
        lines = check(citizen, "vnpt")
        found = sent(citizen)
        assert not [line for line in lines if line.startswith("✗")]
        expect(citizen.page.locator("[data-usb-status]")).to_have_text("Mọi thứ kiểm tra được đều tốt.")
        assert "✓ Tốt: Đồng hồ của máy đúng giờ." in lines
        assert "✓ Tốt: Phần mềm chấp nhận giấy phép của cổng." in lines
        assert any("Có chứng thư số, có hiệu lực đến 20" in line for line in lines)
        assert sum(line.startswith("– Để biết: Cổng mạng") for line in lines) == 4
        assert found["bridge"] == "vnpt"
        assert found["permission"] == "granted"
        assert found["certificate"] == "valid"
        lines = check(citizen, "vgca")
        assert "✓ Tốt: Cổng mạng 8987: phần mềm ký số trả lời." in lines
        assert not [line for line in lines if line.startswith("✗")]


def test_each_fault_is_a_line_of_its_own_and_the_others_are_still_looked_at(
    citizen: Citizen, server: Server, agent_folder: Path
) -> None:
    faults = ("getVersion=text:?", "setLicenseKey=0", "getCertInfo=2")
    with scripted_agent(server.url, agent_folder, *faults):
        lines = check(citizen, "vnpt")
        found = sent(citizen)
    assert "– Để biết: Phần mềm không cho biết phiên bản." in lines
    assert any(line.startswith("✗ Cần sửa: Cổng này chưa có giấy phép") for line in lines)
    assert any(line.startswith("✗ Cần sửa: Không tìm thấy chứng thư số nào") for line in lines)
    assert (found["version"], found["licence"], found["certificate"]) == ("unknown", "missing", "no-certificate")


def test_without_a_program_and_with_a_wrong_clock_it_says_what_to_mend(citizen: Citizen) -> None:
    citizen.page.clock.install(time="2020-01-01T00:00:00Z")
    citizen.page.clock.resume()
    lines = check(citizen, "vnpt")
    assert any(line.startswith("✗ Cần sửa: Đồng hồ của máy sai") for line in lines)
    assert lines[-1].startswith("✗ Cần sửa: VNPT-CA Plugin không trả lời.")
    found = sent(citizen)
    assert int(found["clock"]) < -86_400
    assert found["program"] == "missing"
    lines = check(citizen, "web-eid")
    assert lines[-1].startswith("✗ Cần sửa: Trình duyệt chưa có tiện ích Web eID")
    citizen.page.get_by_role("button", name="Tiếp tục đến phần ký số").click()
    expect(citizen.page).to_have_url(f"{citizen.server.url}/onboarding/usb")


def test_a_result_that_cannot_be_sent_is_told(browser: Browser, server: Server) -> None:
    """In a context of its own: the browser writes a line of its console where the network is away."""
    with browser.new_context(base_url=server.url, locale="vi-VN") as context:
        citizen = Citizen(context.new_page(), server)
        check(citizen, "vgca")
        context.set_offline(True)
        citizen.page.locator("[data-usb-send]").click()
        expect(citizen.page.locator("[data-usb-sent]")).to_contain_text("Chưa gửi được kết quả.")
