"""How packages come to a script: behind the door `sandbox.environment`."""
