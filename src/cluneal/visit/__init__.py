"""The visit packet: the page that a doctor reads in a minute, as a PDF made on this machine."""
