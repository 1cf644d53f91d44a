#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/strict_json.h"
#include "crypto/jose.h"
#include "tests/crypto/jws_error.h"

// The examples of RFC 7515, 7517, 7519, 7638 and 8037. Their keys are published, and so no secrets.

namespace voyages::crypto {
namespace {

Jwk key_of(std::string_view text) {
  const auto json = parse_strict_json(text);
  return Jwk::parse(json.value().as_object()).value();
}

std::optional<JoseError> key_text_error(std::string_view text) {
  const auto json = parse_strict_json(text);
  const auto key = Jwk::parse(json.value().as_object());
  return key ? std::nullopt : std::optional(key.error());
}

constexpr std::string_view joe =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
constexpr std::string_view joe_payload =
    "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";

constexpr std::string_view hs256_key = R"({"kty":"oct",
"k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"})";

constexpr std::string_view rs256_key = R"({"kty":"RSA",
"n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
"e":"AQAB",
"d":"Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ",
"p":"4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc",
"q":"uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc",
"dp":"BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3vmAktV2zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0",
"dq":"h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_-kyNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU",
"qi":"IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U"})";

constexpr std::string_view es256_key = R"({"kty":"EC","crv":"P-256",
"x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
"y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
"d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"})";

constexpr std::string_view ed25519_key = R"({"kty":"OKP","crv":"Ed25519",
"d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";

std::string joined(std::string_view header, std::string_view payload, std::string_view signature) {
  return std::string(header).append(".").append(payload).append(".").append(signature);
}

// RFC 7515 A.1, which is RFC 7519 §3.1's example too
TEST(Rfc7515, A1Hs256) {
  const Jwk key = key_of(hs256_key);
  const std::string jws =
      joined("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9", joe, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  EXPECT_EQ(verify_jws(jws, key).value(), joe_payload);
  const auto parsed = parse_jws(jws);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->text("typ"), "JWT");
  EXPECT_EQ(parsed->text("alg"), "HS256");
  EXPECT_EQ(parsed->text("kid"), "");
  EXPECT_EQ(key.sign(parsed->signing_input), parsed->signature);
}

TEST(Rfc7515, A2Rs256) {
  const Jwk key = key_of(rs256_key);
  const std::string jws = joined(
      "eyJhbGciOiJSUzI1NiJ9", joe,
      "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t"
      "1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12j"
      "zDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQ"
      "Ge77Rw");
  EXPECT_EQ(verify_jws(jws, key).value(), joe_payload);
  EXPECT_EQ(key.sign(parse_jws(jws)->signing_input), parse_jws(jws)->signature);
}

TEST(Rfc7515, A3Es256) {
  const std::string jws =
      joined("eyJhbGciOiJFUzI1NiJ9", joe,
             "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
  EXPECT_EQ(verify_jws(jws, key_of(es256_key)).value(), joe_payload);
}

TEST(Rfc7515, A4Es512IsNotSupported) {
  EXPECT_EQ(key_text_error(R"({"kty":"EC","crv":"P-521",
"x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4XUQTrq3h2KD5",
"y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"})"),
            JoseError::unsupported_key);
  const std::string jws = joined(
      "eyJhbGciOiJFUzUxMiJ9", "UGF5bG9hZA",
      "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZC"
      "PEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn");
  EXPECT_EQ(jws_error(jws, key_of(es256_key)), JoseError::unknown_algorithm);
}

// RFC 7515 A.5, which is RFC 7519 §6.1's unsecured JWT too
TEST(Rfc7515, A5NoneIsRefusedWithEveryKey) {
  for (const std::string_view key : {hs256_key, rs256_key, es256_key, ed25519_key}) {
    EXPECT_EQ(jws_error(joined("eyJhbGciOiJub25lIn0", joe, ""), key_of(key)), JoseError::unknown_algorithm);
  }
}

TEST(Rfc7515, A6And7JsonSerialisationsAreRefused) {
  const Jwk key = key_of(es256_key);
  const std::string signature =
      "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
  const std::string flattened =
      R"({"payload":")" + std::string(joe) +
      R"(","protected":"eyJhbGciOiJFUzI1NiJ9","header":{"kid":"e9bc097a-ce51-4036-9562-d2ade882db0d"},"signature":")" +
      signature + "\"}";
  const std::string general =
      R"({"payload":")" + std::string(joe) +
      R"(","signatures":[{"protected":"eyJhbGciOiJFUzI1NiJ9","header":{"kid":"e9bc097a"},"signature":")" + signature +
      "\"}]}";
  EXPECT_EQ(jws_error(flattened, key), JoseError::malformed);
  EXPECT_EQ(jws_error(general, key), JoseError::malformed);
}

// RFC 7515 Appendix E
TEST(Rfc7515, AppendixECriticalHeaderIsRefused) {
  EXPECT_EQ(jws_error("eyJhbGciOiJub25lIiwNCiAiY3JpdCI6WyJodHRwOi8vZXhhbXBsZS5jb20vVU5ERUZJTkVEIl0sDQogImh0dHA6Ly9leGFt"
                      "cGxlLmNvbS9VTkRFRklORUQiOnRydWUNCn0.RkFJTA.",
                      key_of(es256_key)),
            JoseError::critical_header);
}

// RFC 7517 A.1
constexpr std::string_view rfc7517_modulus =
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhM"
    "stn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5"
    "hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKg"
    "w";

std::string rfc7517_rsa() {
  return R"({"kty":"RSA","n":")" + std::string(rfc7517_modulus) + R"(","e":"AQAB","alg":"RS256","kid":"2011-04-29"})";
}

TEST(Rfc7517, A1PublicKeysAreReadUnlessTheyAreForEncryption) {
  const std::string ec = R"("kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
"y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","kid":"1"})";
  EXPECT_EQ(key_text_error("{\"use\":\"enc\"," + ec), JoseError::unsupported_key);
  const Jwk key = key_of("{\"use\":\"sig\"," + ec);
  EXPECT_EQ(key.algorithm(), Algorithm::ES256);
  EXPECT_EQ(key.kid(), "1");
  EXPECT_FALSE(key.is_private());
  const Jwk rsa = key_of(rfc7517_rsa());
  EXPECT_EQ(rsa.algorithm(), Algorithm::RS256);
  EXPECT_EQ(rsa.kid(), "2011-04-29");
  EXPECT_FALSE(rsa.is_private());
}

// RFC 7517 A.3
TEST(Rfc7517, A3KeysForWrappingAreRefused) {
  EXPECT_EQ(key_text_error(R"({"kty":"oct","alg":"A128KW","k":"GawgguFyGrWKav7AX4VKUg"})"), JoseError::unsupported_key);
}

TEST(Rfc7638, ThumbprintOfTheExample) {
  const Jwk key = key_of(rfc7517_rsa());
  EXPECT_EQ(key.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

TEST(Rfc8037, AppendixAEd25519) {
  const Jwk key = key_of(ed25519_key);
  EXPECT_EQ(key.algorithm(), Algorithm::EdDSA);
  EXPECT_TRUE(key.is_private());
  // A.3
  EXPECT_EQ(key.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
  EXPECT_EQ(key.kid(), key.thumbprint());
  // A.4 and A.5
  const std::string input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
  const std::string signature = to_base64url(key.sign(input));
  EXPECT_EQ(signature, "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
  EXPECT_EQ(verify_jws(input + "." + signature, key).value(), "Example of Ed25519 signing");
  // A.2
  const Jwk only_public = Jwk::parse(key.to_public_jwk()).value();
  EXPECT_EQ(verify_jws(input + "." + signature, only_public).value(), "Example of Ed25519 signing");
}

}  // namespace
}  // namespace voyages::crypto
