"""Sign-in as this project began: FastAPI behind Mangum, the table by boto3, tokens by PyJWT, passwords by passlib."""
import os
import time
import uuid

import boto3
import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from mangum import Mangum
from passlib.context import CryptContext
from pydantic import BaseModel

app = FastAPI()
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
passwords = CryptContext(schemes=["bcrypt"])
bearer = HTTPBearer()
token_key = os.environ["TOKEN_KEY"]


class Account(BaseModel):
    email: str
    password: str


def find_account(email):
    answer = table.get_item(Key={"PK": f"EMAIL#{email.lower()}", "SK": "USER"}, ConsistentRead=True)
    return answer.get("Item")


@app.get("/health/live")
def health():
    return {"status": "ok"}


@app.post("/auth/register", status_code=201)
def register(account: Account):
    item = {
        "PK": f"EMAIL#{account.email.lower()}",
        "SK": "USER",
        "user_id": str(uuid.uuid4()),
        "email": account.email,
        "password_hash": passwords.hash(account.password),
    }
    table.put_item(Item=item, ConditionExpression="attribute_not_exists(PK)")
    return {"user": {"id": item["user_id"], "email": account.email}}


@app.post("/auth/login")
def login(account: Account):
    item = find_account(account.email)
    if not item or not passwords.verify(account.password, item["password_hash"]):
        raise HTTPException(401, "wrong e-mail or password")
    claims = {"sub": item["user_id"], "email": item["email"], "jti": str(uuid.uuid4()), "exp": int(time.time()) + 900}
    return {"access_token": jwt.encode(claims, token_key, algorithm="HS256"), "token_type": "Bearer"}


@app.get("/auth/me")
def me(credentials: HTTPAuthorizationCredentials = Depends(bearer)):
    try:
        claims = jwt.decode(credentials.credentials, token_key, algorithms=["HS256"])
    except jwt.InvalidTokenError:
        raise HTTPException(401, "invalid token") from None
    revoked = table.get_item(Key={"PK": f"BLACKLIST#{claims['jti']}", "SK": "TOKEN"})
    if "Item" in revoked:
        raise HTTPException(401, "revoked token")
    return {"id": claims["sub"], "email": claims["email"]}


handler = Mangum(app, lifespan="off")
