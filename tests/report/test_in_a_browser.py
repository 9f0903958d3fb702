"""Reports in a headless Chromium: no complaint, no request to elsewhere, few sheets of paper."""

import re
import shutil
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from mechdesign.report import report

DATA = Path(__file__).parents[2] / "examples" / "data"
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="there is no Chromium on this machine")

# Sheets at most, where the figures are drawn.
SHEETS = {
    "roberta_glue.csv": 3,
    "bargaining_street.json": 3,
    "bargaining_election.pb": 3,
    "council.blt": 3,
}


def chromium(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """One run of the browser, which must not ask anybody for anything on its own."""
    return subprocess.run(
        [
            str(BROWSER),
            *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
            f"--user-data-dir={folder / 'profile'}",
            *words,
        ],
        capture_output=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module", params=SHEETS)
def page(request, tmp_path_factory):
    pytest.importorskip("matplotlib")
    folder = tmp_path_factory.mktemp("page")
    options = {"samples": 50} if request.param.endswith("csv") else {}
    text = report(DATA / request.param, **options).to_html()
    (folder / "page.html").write_text(text, encoding="utf-8")
    return request.param, folder


def test_a_report_asks_for_itself_alone_and_the_console_stays_silent(page):
    _, folder = page
    asked = []

    class Served(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            found = self.path == "/page.html"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            if found:
                self.wfile.write((folder / "page.html").read_bytes())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Served)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        # Every other host leads nowhere: what asks for one is told on the console.
        seen = chromium(
            folder,
            "--enable-logging=stderr",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            "--dump-dom",
            f"http://127.0.0.1:{server.server_port}/page.html",
        )
    finally:
        server.shutdown()
        server.server_close()
    assert b"How this was made" in seen.stdout
    assert set(asked) <= {"/page.html", "/favicon.ico"}
    assert asked.count("/page.html") == 1
    console = [
        line for line in seen.stderr.decode(errors="replace").split("\n") if "CONSOLE" in line
    ]
    assert [line for line in console if "favicon.ico" not in line and "404" not in line] == []


def test_a_report_prints_on_few_sheets(page):
    name, folder = page
    chromium(
        folder,
        "--no-pdf-header-footer",
        f"--print-to-pdf={folder / 'page.pdf'}",
        (folder / "page.html").as_uri(),
    )
    sheets = re.findall(rb"/Type\s*/Page\b(?!s)", (folder / "page.pdf").read_bytes())
    assert 1 <= len(sheets) <= SHEETS[name]
