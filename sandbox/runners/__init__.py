"""How attempts are executed: behind the door `sandbox.runner`."""
