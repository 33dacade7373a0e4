"""A browser's name for its owner to recognise it by, e.g. in the list of open sign-ins."""

SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
BROWSERS = ("CocCoc", "coc_coc_browser", "SamsungBrowser", "Edg", "OPR", "Firefox", "Chrome", "Safari")
NAMES = {
    "coc_coc_browser": "Cốc Cốc",
    "CocCoc": "Cốc Cốc",
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung",
}


def device_name(user_agent: str) -> str:
    """System and browser, from a closed list: nothing a visitor sends is kept as it came."""
    system = next((name for name in SYSTEMS if name in user_agent), "")
    browser = next((name for name in BROWSERS if name in user_agent), "")
    return ", ".join(name for name in (NAMES.get(browser, browser), system) if name)
