#include "crypto/passwords.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace voyages::crypto {
namespace {

// As cheap as libsodium allows: what is tested here does not depend on the cost.
constexpr PasswordCost cheap{.memory_kib = 8, .passes = 1};

Secret secret(std::string_view text) { return Secret(text); }

bool matches(std::string_view password, std::string_view phc) {
  PasswordHasher hasher(cheap, 1);
  return hasher.matches(secret(password), phc);
}

TEST(Passwords, AreHashedAtTheCostGivenWithAFreshSalt) {
  PasswordHasher hasher({}, 1);
  const std::string first = hasher.hash(secret("correct horse"));
  const std::string second = hasher.hash(secret("correct horse"));
  EXPECT_TRUE(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << first;
  EXPECT_NE(first, second);
  EXPECT_TRUE(hasher.matches(secret("correct horse"), first));
  EXPECT_TRUE(hasher.matches(secret("correct horse"), second));
  EXPECT_FALSE(hasher.matches(secret("correct horsf"), first));
}

TEST(Passwords, AreComparedToTheLastByte) {
  PasswordHasher hasher(cheap, 1);
  const std::string_view with_nul("correct\0horse", 13);
  const std::string phc = hasher.hash(secret(with_nul));
  EXPECT_TRUE(hasher.matches(secret(with_nul), phc));
  EXPECT_FALSE(hasher.matches(secret("correct"), phc));
  EXPECT_FALSE(hasher.matches(secret(std::string_view("correct\0house", 13)), phc));
  const std::string empty = hasher.hash(secret(""));
  EXPECT_TRUE(hasher.matches(secret(""), empty));
  EXPECT_FALSE(hasher.matches(secret(std::string_view("\0", 1)), empty));
}

TEST(Passwords, OfNobodyMatchNothing) {
  PasswordHasher hasher(cheap, 1);
  EXPECT_FALSE(hasher.matches_nothing(secret("correct horse")));
  EXPECT_FALSE(hasher.matches_nothing(secret("")));
}

TEST(Passwords, WaitForASlot) {
  PasswordHasher hasher(cheap, 2);
  const std::string phc = hasher.hash(secret("x"));
  std::atomic<int> matched = 0;
  std::vector<std::jthread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 20; ++j) matched += hasher.matches(secret("x"), phc) ? 1 : 0;
    });
  }
  threads.clear();
  EXPECT_EQ(matched, 160);
}

TEST(Passwords, AreRehashedWhenTodaysHashWouldBeStronger) {
  const PasswordHasher hasher(PasswordCost{.memory_kib = 19456, .passes = 2}, 1);
  const std::string tail = "$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  EXPECT_FALSE(hasher.needs_rehash("$argon2id$v=19$m=19456,t=2,p=1" + tail));
  EXPECT_FALSE(hasher.needs_rehash("$argon2id$v=19$m=65536,t=3,p=1" + tail));
  EXPECT_TRUE(hasher.needs_rehash("$argon2id$v=19$m=19455,t=2,p=1" + tail));
  EXPECT_TRUE(hasher.needs_rehash("$argon2id$v=19$m=65536,t=1,p=1" + tail));
  EXPECT_TRUE(hasher.needs_rehash("$argon2i$v=19$m=65536,t=3,p=1" + tail));
  EXPECT_TRUE(hasher.needs_rehash("$2b$12$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2"));
  EXPECT_TRUE(hasher.needs_rehash(""));
  EXPECT_FALSE(hasher.needs_rehash(PasswordHasher({}, 1).hash(secret("x"))));
}

struct KnownHash {
  std::string_view password;
  std::string_view phc;
};

constexpr KnownHash known_hashes[] = {
    // The Argon2 reference implementation's test.c
    {"password", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"},
    {"password", "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc"},
    {"password", "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA"},
    // crypt_blowfish's wrapper.c
    {"U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
    {"U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"},
    {"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored",
     "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"},
    {"\xa3", "$2y$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq"},
    // libxcrypt
    {"correct horse", "$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2"},
    {"", "$2b$04$abcdefghijklmnopqrstuubyCG3zY1GIXMyxfivm.ClDiInHzxjiq"},
    // RFC 7914 §11
    {"passwd",
     "$pbkdf2-sha256$i=1,l=64$c2FsdA$"
     "VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLxJypzM8Xm2RZkWZLOdd+8xfHG4RbHjC9UJESBB06GXgw"},
    // Python's hashlib
    {"correct horse",
     "$pbkdf2-sha512$i=1000,l=64$MDEyMzQ1Njc4OWFiY2RlZg$"
     "OM0FAoIqCVK1sWtxDiffVlBejtLa+ks4TP71JiecwuSZCG8iLbnlIEPOMoVX+i2B2wkSxjQ8CRGR9OkNGuIPMQ"},
    {"correct horse", "pbkdf2_sha256$1000$seasalt$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso="},
    {{"Pleb\0ian", 8}, "pbkdf2_sha256$1000$seasalt$68JnVhHMoOPjYiuKqjoZDSHxxXzf1SA6KjCWAjt6xHo="},
    // RFC 7914 §12
    {"pleaseletmein",
     "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$"
     "cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw"},
    {"password",
     "$scrypt$ln=10,r=8,p=16$TmFDbA$"
     "/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWIurzDZLiKjiG/xCSedmDDaxyevuUqD7m2DYMvfoswGQA"},
};

TEST(ImportedPasswords, MatchThePublishedHashesOfEveryFormat) {
  for (const auto& [password, phc] : known_hashes) {
    EXPECT_TRUE(matches(password, phc)) << phc;
    EXPECT_FALSE(matches("wrong", phc)) << phc;
    EXPECT_FALSE(matches(std::string("x") + std::string(password), phc)) << phc;
  }
}

TEST(ImportedPasswords, MatchNothingOnceTheHashIsCutOrExtended) {
  for (const auto& [password, phc] : known_hashes) {
    if (phc.find("m=65536") != std::string_view::npos) continue;  // too slow to do so often
    if (phc.starts_with("$scrypt$")) continue;  // says no length: half of its hash is the hash of half the length
    for (std::size_t length = 0; length < phc.size(); ++length) {
      EXPECT_FALSE(matches(password, phc.substr(0, length))) << phc.substr(0, length);
    }
    EXPECT_FALSE(matches(password, std::string(phc) + "A")) << phc;
    EXPECT_FALSE(matches(password, std::string(phc) + "$")) << phc;
    EXPECT_FALSE(matches(password, std::string(phc) + '\0')) << phc;
  }
}

TEST(ImportedPasswords, WithANulNeverMatchBcryptWhichStopsThere) {
  const std::string_view phc = "$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2";
  ASSERT_TRUE(matches("correct horse", phc));
  EXPECT_FALSE(matches(std::string_view("correct horse\0", 14), phc));
  EXPECT_FALSE(matches(std::string_view("correct horse\0battery", 21), phc));
}

TEST(ImportedPasswords, MatchBcryptByTheirFirst72BytesHoweverLong) {
  const std::string_view phc = "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui";
  const std::string first72 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  EXPECT_TRUE(matches(first72, phc));
  EXPECT_TRUE(matches(first72 + std::string(4000, 'x'), phc));
  EXPECT_FALSE(matches(first72.substr(1), phc));
}

TEST(ImportedPasswords, AreRefusedBeforeAnAbsurdCostIsPaid) {
  const std::string argon2_tail = "$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  const std::string hash32 = "mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso";
  for (const std::string& phc : {
           "$argon2id$v=19$m=4294967295,t=1,p=1" + argon2_tail,
           "$argon2id$v=19$m=1048577,t=1,p=1" + argon2_tail,
           "$argon2id$v=19$m=1048576,t=5,p=1" + argon2_tail,
           "$argon2id$v=19$m=65536,t=4294967295,p=1" + argon2_tail,
           "$argon2id$v=19$m=8,t=4294967295,p=1" + argon2_tail,
           "$argon2i$v=19$m=1048577,t=1,p=1" + argon2_tail,
           std::string("$2b$31$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2"),
           std::string("$2b$16$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2"),
           "$pbkdf2-sha256$i=4294967295,l=32$c2FsdA$" + hash32,
           "$pbkdf2-sha256$i=5000001,l=32$c2FsdA$" + hash32,
           "pbkdf2_sha256$4294967295$seasalt$" + hash32 + "=",
           "$scrypt$ln=63,r=8,p=1$c2FsdA$" + hash32,
           "$scrypt$ln=21,r=8,p=1$c2FsdA$" + hash32,
           "$scrypt$ln=14,r=8,p=1024$c2FsdA$" + hash32,
           "$scrypt$ln=14,r=4294967295,p=4294967295$c2FsdA$" + hash32,
       }) {
    EXPECT_FALSE(matches("password", phc)) << phc;
  }
}

TEST(ImportedPasswords, MatchNothingWhenTheHashIsMalformed) {
  const std::string hash32 = "mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso";
  for (const std::string& phc : {
           std::string(),
           std::string("$"),
           std::string("password"),
           std::string("*0"),
           std::string("$1$salt$hash"),
           std::string("$argon2id$"),
           std::string("$argon2d$v=19$m=8,t=1,p=1$c29tZXNhbHQ$") + hash32,
           std::string("$argon2id$v=16$m=8,t=1,p=1$c29tZXNhbHQ$") + hash32,
           std::string("$argon2id$v=19$m=8,t=1,p=16777215$c29tZXNhbHQ$") + hash32,
           std::string("$argon2id$v=19$m=8,t=0,p=1$c29tZXNhbHQ$") + hash32,
           std::string("$argon2id$v=19$t=1,m=8,p=1$c29tZXNhbHQ$") + hash32,
           std::string("$argon2id$v=19$m=+8,t=1,p=1$c29tZXNhbHQ$") + hash32,
           std::string("$2b$05$abcdefghijklmnopqrstu!HNbAKRhpaujgo33bRWs.NLUTJO3lOy2"),
           std::string("$2b$5$$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2"),
           std::string("$2x$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2"),
           "$pbkdf2-sha256$i=0,l=32$c2FsdA$" + hash32,
           "$pbkdf2-sha256$i=-1,l=32$c2FsdA$" + hash32,
           "$pbkdf2-sha256$i=1000,l=31$c2FsdA$" + hash32,
           "$pbkdf2-sha256$i=1000,l=32,x=1$c2FsdA$" + hash32,
           "$pbkdf2-sha256$i=1000,l=32$c2F!dA$" + hash32,
           std::string("$pbkdf2-sha256$i=1000,l=0$c2FsdA$"),
           std::string("$pbkdf2-sha256$i=1000,l=1$c2FsdA$bQ"),
           std::string("pbkdf2_sha256$1000$seasalt$"),
           "pbkdf2_sha256$1000$seasalt$" + hash32,
           "$scrypt$ln=0,r=8,p=1$c2FsdA$" + hash32,
           "$scrypt$ln=10,r=0,p=1$c2FsdA$" + hash32,
           "$scrypt$ln=10,r=8,p=0$c2FsdA$" + hash32,
           std::string("$scrypt$ln=10,r=8,p=1$c2FsdA$"),
           std::string(100'000, '$'),
       }) {
    EXPECT_FALSE(matches("", phc)) << phc.substr(0, 100);
    EXPECT_FALSE(matches("correct horse", phc)) << phc.substr(0, 100);
  }
}

TEST(CommonPasswords, AreRecognisedInAnyCase) {
  for (const char* password : {"password", "PASSWORD", "12345678", "Password1", "qwertyuiop", "iloveyou", "trustno1"}) {
    EXPECT_TRUE(is_common_password(password)) << password;
  }
}

TEST(CommonPasswords, AreOnlyTheListedOnes) {
  for (const char* password :
       {"", "correct horse battery staple", "passwor", "password ", "zzzzzzzzzzzzzzzzzzzzzz", "\xff"}) {
    EXPECT_FALSE(is_common_password(password)) << password;
  }
  EXPECT_FALSE(is_common_password(std::string_view("password\0", 9)));
}

}  // namespace
}  // namespace voyages::crypto
