"""Planted faults: single harmful changes of the code, and which of them the unit tests notice.

    python -m tests.planted                            all of MODULES (modules.py): hours
    python -m tests.planted --listed                   the hand-written faults of listed.py alone
    python -m tests.planted --sample 100 functions/plans/storage
    python -m tests.planted --only "tenant}|attribute_"    keys and conditions of the table

1. Learn once which tests reach which lines (reach.py); `.planted/` keeps that until a file changes.
2. Plant one fault at a time in a copy of the tree and run the tests that reach its line, those of its own service
   first, until one fails (running.py). Each core has a copy of its own; the tree itself is never changed.
3. Print the faults that no test noticed. Those in accepted.py have a reason why that is right.
"""
