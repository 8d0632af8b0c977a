"""LibreOffice's own mail merge, driven over UNO. Run by a Python that has `uno` (Debian's, with python3-uno).

    python3 merge_in_office.py FOLDER

FOLDER holds rows.csv, template.fodt with database fields of the source "Bench", and afterwards merged.pdf.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

PIPE = "mailroom-bench"
TABLE, FILE = 0, 2
"""com.sun.star.sdb.CommandType.TABLE, com.sun.star.text.MailMergeType.FILE."""


def main(folder):
    office = shutil.which("soffice") or shutil.which("libreoffice")
    home = f"-env:UserInstallation={(folder / 'office-home').as_uri()}"
    accept = f"--accept=pipe,name={PIPE};urp;"
    process = subprocess.Popen([office, home, "--headless", "--norestore", accept], start_new_session=True)
    try:
        context = _connected()
        services = context.ServiceManager
        _register(services.createInstanceWithContext("com.sun.star.sdb.DatabaseContext", context), folder)
        merge = services.createInstanceWithContext("com.sun.star.text.MailMerge", context)
        merge.DataSourceName, merge.Command, merge.CommandType = "Bench", "rows", TABLE
        merge.DocumentURL = (folder / "template.fodt").as_uri()
        merge.OutputType, merge.OutputURL = FILE, folder.as_uri()
        merge.FileNamePrefix, merge.FileNameFromColumn = "merged", False
        merge.SaveAsSingleFile, merge.SaveFilter = True, "writer_pdf_Export"
        merge.execute(())
        services.createInstanceWithContext("com.sun.star.frame.Desktop", context).terminate()
        process.wait(60)
    finally:
        # The program is a starter and the office itself; both belong to one group.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _connected():
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(300):
        try:
            return resolver.resolve(f"uno:pipe,name={PIPE};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.1)
    raise SystemExit("LibreOffice did not start")


def _register(sources, folder):
    """The folder's CSV files as a database of tables."""
    source = sources.createInstance()
    source.URL = f"sdbc:flat:{folder.as_uri()}"
    said = {"HeaderLine": True, "FieldDelimiter": ",", "StringDelimiter": '"', "Extension": "csv", "CharSet": "UTF-8"}
    source.Info = tuple(PropertyValue(name, 0, value, 0) for name, value in said.items())
    source.DatabaseDocument.storeAsURL((folder / "bench.odb").as_uri(), ())
    sources.registerObject("Bench", source)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
