"""Story 5.8: how a webhook is signed, as a worked example that each side must agree with.

`Fullscript-Signature: t=SECONDS,v1=HEX`, where HEX is HMAC-SHA256 under a secret over "SECONDS.BODY"; one `v1`
for each secret while one is being replaced. The receiver answers with the challenge.
"""

from datetime import UTC, datetime

SECRETS = ("the-secret-of-today", "the-secret-of-tomorrow")
AT = datetime.fromtimestamp(1795250000, UTC)
BODY = b'{"event":{"id":"6f0e6c1c-8c0b-4b7e-9d57-0d8d1f1c9a10","type":"order.placed","data":{"id":"x"}}}'
HEADER = (
    "t=1795250000"
    ",v1=22eface891e6fd067d754cb8120d259cad858ddc750e6813fb0de3341d4c884d"
    ",v1=862db20024fe4727c44f1da4de974183111cc6642bcf1d06d2f5fba989c434af"
)
CHALLENGE = "the-challenge"
ANSWER = b'{"challenge": "the-challenge"}'
