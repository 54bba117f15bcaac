"""Prints what it was given, and ends with an exit code of its own on one host."""
import os
import sys

print(f"hello {sys.argv[1]} from {os.path.basename(os.getcwd())}", flush=True)
if len(sys.argv) > 2 and os.path.exists(sys.argv[2]):
    print("this host is full", file=sys.stderr)
    sys.exit(7)
