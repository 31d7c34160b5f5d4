"""``python -m se_explorer``."""

from se_explorer.cli import main

if __name__ == "__main__":
    main()
