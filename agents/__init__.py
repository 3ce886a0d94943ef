"""The makers: Request -> Plan -> Evidence -> Candidate -> Attempt -> Verdict -> Report."""
