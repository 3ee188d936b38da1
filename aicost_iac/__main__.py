from aicost_iac.cli import main

main(prog_name="aicost")
