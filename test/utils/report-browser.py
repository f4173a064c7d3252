#!/usr/bin/python3
# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""A report works in a browser, from disk: it asks for nothing, sorts, filters and fits a phone.

report-browser.py PORT-EXHAUSTION; skipped where there is no Chromium.
"""

import shutil
import socket
import tempfile
import unittest
from pathlib import Path

from common import PROGRAM, ToolTest, skip

if not shutil.which("chromium") or not shutil.which("chromedriver"):
    skip("there is no Chromium to read pages with")
try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.by import By
except ImportError:
    skip("there is no python3-selenium")
try:
    socket.getaddrinfo("localhost", None)
except socket.gaierror:
    skip("localhost has no address, and selenium asks chromedriver there")

PHONE, DESKTOP = 360, 1280


def start_browser(profile):
    options = webdriver.ChromeOptions()
    # Containers run tests as root, for whom Chromium has no sandbox.
    for option in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]:
        options.add_argument(option)
    options.add_argument(f"--user-data-dir={profile}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)


class Browser(ToolTest):
    @classmethod
    def setUpClass(cls):
        cls.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        cls.addClassCleanup(cls.profile.cleanup)
        cls.browser = start_browser(cls.profile.name)
        cls.addClassCleanup(cls.browser.quit)
        cls.page = None

    def setUp(self):
        super().setUp()
        type(self).page = self.page or self.make_page()

    def make_page(self):
        """One for all tests, which only read it; the order of its numbers is not that of texts."""
        self.folder = Path(self.enterClassContext(tempfile.TemporaryDirectory()))
        for flows in [9, 100, 20, 30]:
            self.run_program(PROGRAM, "a.db", f"--flows={flows}", "--allocatedPorts=8")
        self.assert_ends(self.call("azure-report.py", "a.db"), 0)
        return (self.folder / "a-report" / "index.html").as_uri()

    def load(self, width=DESKTOP, is_dark=False, has_scripts=True):
        self.browser.get_log("browser")
        self.browser.get_log("performance")
        send = self.browser.execute_cdp_cmd
        metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width == PHONE}
        send("Emulation.setDeviceMetricsOverride", metrics)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        send("Emulation.setEmulatedMedia", {"features": [scheme]})
        send("Emulation.setScriptExecutionDisabled", {"value": not has_scripts})
        self.browser.get(self.page)

    def run_script(self, text, *arguments):
        return self.browser.execute_script(text, *arguments)

    def column(self, slug, heading):
        """The numbers that a table's column shows, in the order of its rows."""
        return self.run_script(
            "const table = document.querySelector(`#${arguments[0]} table`);"
            "const heads = [...table.tHead.rows[0].cells];"
            "const place = heads.findIndex((head) => head.textContent.trim() === arguments[1]);"
            "return [...table.tBodies[0].rows].map("
            "  (row) => Number(row.cells[place].textContent.replace(/\\s/g, '')));",
            slug,
            heading,
        )

    def click_heading(self, slug, heading):
        for cell in self.browser.find_elements(By.CSS_SELECTOR, f"#{slug} th"):
            if cell.text.strip().rstrip("\u2191\u2193\u2195") == heading:
                self.run_script("arguments[0].scrollIntoView()", cell)
                self.run_script("arguments[0].click()", cell)
                return cell
        self.fail(f"{slug} has no column {heading}")

    def background(self):
        return self.run_script("return getComputedStyle(document.body).backgroundColor")

    def test_nothing_is_said_and_nothing_is_asked_for(self):
        self.load()
        self.assertEqual(self.browser.get_log("browser"), [])
        entries = self.run_script("return performance.getEntriesByType('resource').length")
        self.assertEqual(entries, 0)
        requests = [
            entry["message"]
            for entry in self.browser.get_log("performance")
            if '"Network.requestWillBeSent"' in entry["message"]
            and "data:," not in entry["message"]
        ]
        self.assertEqual(len(requests), 1, requests)
        self.assertIn("index.html", requests[0])

    def test_a_click_sorts_numbers_as_numbers(self):
        self.load()
        self.assertEqual(self.column("runs", "flows attempted"), [9, 100, 20, 30])
        cell = self.click_heading("runs", "flows attempted")
        self.assertEqual(self.column("runs", "flows attempted"), [9, 20, 30, 100])
        self.assertEqual(cell.get_attribute("aria-sort"), "ascending")
        self.click_heading("runs", "flows attempted")
        self.assertEqual(self.column("runs", "flows attempted"), [100, 30, 20, 9])
        self.assertEqual(cell.get_attribute("aria-sort"), "descending")

    def test_a_text_filters_rows(self):
        self.load()
        field = self.browser.find_element(By.CSS_SELECTOR, "#runs input")
        count = self.browser.find_element(By.CSS_SELECTOR, "#runs .count")
        self.assertEqual(count.text, "4 rows")
        field.send_keys("92.00")  # percent refused; a text with a point is in no wall-clock time
        self.assertEqual(count.text, "1 of 4 rows")
        self.assertEqual(self.column("runs", "flows attempted"), [100])

    def test_colors_follow_the_system_and_the_button(self):
        self.load()
        light = self.background()
        button = self.browser.find_element(By.ID, "theme")
        self.assertEqual(button.text, "Dark")
        button.click()
        dark = self.background()
        self.assertNotEqual(light, dark)
        self.assertEqual(button.text, "Light")
        self.run_script("localStorage.clear()")
        self.load(is_dark=True)
        self.assertEqual(self.background(), dark)
        self.browser.find_element(By.ID, "theme").click()
        self.assertEqual(self.background(), light)
        self.run_script("localStorage.clear()")

    def test_texts_have_contrast_in_both(self):
        for is_dark in (False, True):
            self.load(is_dark=is_dark)
            for selector in ["body", ".note", "a", "th", ".unit", "summary", ".glossary dd"]:
                ratio = self.run_script(CONTRAST, selector)
                self.assertGreaterEqual(ratio, 4.5, (selector, is_dark))

    def test_a_phone_need_not_scroll_sideways(self):
        self.load(PHONE)
        self.run_script("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        self.assertEqual(self.run_script("return document.documentElement.scrollWidth"), PHONE)
        self.run_script("window.scrollTo(500, 0)")
        self.assertEqual(self.run_script("return window.scrollX"), 0)

    def test_tables_are_there_without_scripts(self):
        self.load(has_scripts=False)
        table = self.browser.find_element(By.CSS_SELECTOR, "#runs table")
        self.assertIn("100", table.text)
        self.assertFalse(self.browser.find_element(By.CSS_SELECTOR, "#runs .tools").is_displayed())
        self.assertFalse(self.browser.find_element(By.ID, "theme").is_displayed())


# The contrast of an element's text with what is behind it, as WCAG 2 defines it.
CONTRAST = """
const element = document.querySelector(arguments[0]);
const parse = (color) => color.match(/[\\d.]+/g).map(Number);
const luminance = (color) => {
  const [r, g, b] = parse(color).map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
let behind = element;
while (behind && (parse(getComputedStyle(behind).backgroundColor)[3] ?? 1) === 0) {
  behind = behind.parentElement;
}
const paper = luminance(getComputedStyle(behind ?? document.body).backgroundColor);
const ink = luminance(getComputedStyle(element).color);
return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
"""


if __name__ == "__main__":
    unittest.main()
