"""Call gecam from a pipeline: JSON out, exit codes checked, one number picked.

Run: python examples/pipeline_json.py
"""

import json
import subprocess
import sys

done = subprocess.run(
    [sys.executable, "-c", "from gecam.cli.main import main; main()", "estimate", "--edition", "2024",
     "--draws", "1000", "--json", "--by", "destination"],
    capture_output=True, text=True, check=False,
)  # fmt: skip
if done.returncode == 3:  # bad input: the message says which file, row and column
    sys.exit(done.stderr)
done.check_returncode()
answer = json.loads(done.stdout)
if answer["schema"] != "gecam.estimate/6":
    sys.exit(f"unknown schema {answer['schema']}")
chad = next(row for row in answer["rows"] if row["destination"] == "TCD")
print(f"Chad: {chad['mean']:,.0f} ({chad['lower']:,.0f} to {chad['upper']:,.0f}), {chad['flags']}")
