"""Computes check digits with the python-stdnum package.

Reads [[scheme, payload], …] from standard input and writes the array of check digits.
"""

import json
import sys

from stdnum import ean, isbn, luhn
from stdnum.cl import rut
from stdnum.iso7064 import mod_97_10

SCHEMES = {
    "luhn": luhn.calc_check_digit,
    "isbn10": isbn._calc_isbn10_check_digit,
    "mod97": mod_97_10.calc_check_digits,
    "ean": ean.calc_check_digit,
    "rut": rut.calc_check_digit,
}

json.dump([SCHEMES[scheme](payload) for scheme, payload in json.load(sys.stdin)], sys.stdout)
