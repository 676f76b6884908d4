"""What `pyproject.toml` cannot say: a wheel carries the knowledge compiled, so that an installed one reads no YAML."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

# In the built copy, not here: the stamp names the files that are installed, by name and size.
COMPILE = "from cluneal.knowledge import store; store.write(store.COMPILED, store.fingerprint(dated=False))"


class BuildWithKnowledge(build_py):
    """Copies the package, then compiles the copy's knowledge. An editable install compiles when first used."""

    def run(self) -> None:
        """Fails, naming file, line and fix, when the knowledge is not whole."""
        if not self.editable_mode:
            # A file of an earlier build that has since been removed would be compiled too.
            shutil.rmtree(Path(self.build_lib, "cluneal"), ignore_errors=True)
        super().run()
        if not self.editable_mode:
            path = os.pathsep.join([str(Path(self.build_lib).resolve()), *sys.path])
            environment = {**os.environ, "PYTHONPATH": path}
            subprocess.run([sys.executable, "-B", "-c", COMPILE], env=environment, check=True)  # noqa: S603 (our own code)


setup(cmdclass={"build_py": BuildWithKnowledge})
