"""The one step of building that pyproject.toml cannot say: the example corpus comes along."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

CORPUS = (
    "sources.csv",
    "term-groups.yml",
    "aliases.csv",
    "style.yml",
    "briefs/*.txt",
)  # never originals/


class BuildWithExample(build_py):
    """Copy the corpus of the repository into the package, unless the checkout itself is used."""

    def run(self) -> None:
        """Build the package, then copy."""
        super().run()
        if self.editable_mode:
            return
        for source in sorted(path for pattern in CORPUS for path in Path("corpus").glob(pattern)):
            target = Path(self.build_lib, "analysis", "example", source.relative_to("corpus"))
            self.mkpath(str(target.parent))
            self.copy_file(str(source), str(target))


setup(cmdclass={"build_py": BuildWithExample})
