#!/usr/bin/env python3
"""What an example reads from a file."""
print("there it is")
