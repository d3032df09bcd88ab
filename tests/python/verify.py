"""Verifies a publication as python-tuf's own client does: verify.py ADDRESS ROOT_FILE FOLDER.

Prints the path of the index that it believes; ends with an error and its name if it believes none.
"""

import sys
from pathlib import Path

from tuf.ngclient import Updater

address, root, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
metadata, targets = folder / "metadata", folder / "targets"
targets.mkdir(parents=True, exist_ok=True)
updater = Updater(
    metadata_dir=str(metadata),
    metadata_base_url=address + "metadata/",
    target_dir=str(targets),
    target_base_url=address + "index/",
    bootstrap=root.read_bytes(),
)
updater.refresh()
target = updater.get_targetinfo("index.json")
if target is None:
    sys.exit("there is no index.json")
print(updater.download_target(target))
