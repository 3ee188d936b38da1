"""How an estimate reads: text for a terminal, markdown for a pull request; JSON is in `cost.contract`."""
