"""One file per component: reads the store a run left behind."""
