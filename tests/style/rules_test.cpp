#include "tests/style/rules.h"

#include <gtest/gtest.h>

// The rules must be able to fail: each is shown what it forbids, and what only looks like it.
namespace voyages::style {
namespace {

std::vector<std::size_t> lines_of_complaints(const std::vector<Complaint>& complaints) {
  std::vector<std::size_t> lines;
  lines.reserve(complaints.size());
  for (const auto& complaint : complaints) lines.push_back(complaint.line);
  return lines;
}

using Lines = std::vector<std::size_t>;

Lines includes(std::string path, std::string text) {
  return lines_of_complaints(check_includes({std::move(path), std::move(text)}));
}
Lines banned(std::string path, std::string text) {
  return lines_of_complaints(check_banned_words({std::move(path), std::move(text)}));
}

TEST(IncludeDirection, LetsEveryFolderSeeWhatStandsBelowIt) {
  EXPECT_EQ(includes("src/auth/login.cpp",
                     "#include \"auth/login.h\"\n#include \"http/router.h\"\n#include \"crypto/jose.h\"\n"
                     "#include \"store/table.h\"\n#include \"email/outbox.h\"\n#include <vector>\n"),
            Lines{});
  EXPECT_EQ(includes("src/store/sqlite/table.cpp", "#include \"store/sqlite/database.h\"\n#include \"base/clock.h\"\n"),
            Lines{});
  EXPECT_EQ(includes("src/app/app.cpp", "#include \"runtime/server/server.h\"\n#include \"auth/routes.h\"\n"), Lines{});
}

TEST(IncludeDirection, RefusesAnArrowThatRunsBack) {
  EXPECT_EQ(includes("src/base/log.cpp", "\n#include \"http/message.h\"\n"), Lines{2});
  EXPECT_EQ(includes("src/http/router.cpp", "#include \"auth/user.h\"\n"), Lines{1});
  EXPECT_EQ(includes("src/store/sqlite/table.cpp", "#include \"auth/user.h\"\n"), Lines{1});
  EXPECT_EQ(includes("src/runtime/server/server.cpp", "#include \"auth/login.h\"\n#include \"app/app.h\"\n"),
            (Lines{1, 2}));
  EXPECT_EQ(includes("src/crypto/jwk.cpp", "#include \"store/table.h\"\n"), Lines{1});
}

TEST(IncludeDirection, KeepsDomainsFromAdaptersAndFromEachOther) {
  EXPECT_EQ(includes("src/auth/login.cpp", "#include \"store/sqlite/table.h\"\n"), Lines{1});
  EXPECT_EQ(includes("src/auth/login.cpp", "#include \"store/filesystem/blobs.h\"\n"), Lines{1});
  EXPECT_EQ(includes("src/auth/login.cpp", "#include \"email/worker.h\"\n"), Lines{1});
  EXPECT_EQ(includes("src/auth/login.cpp", "#include \"runtime/server/server.h\"\n"), Lines{1});
  EXPECT_EQ(includes("src/email/worker.cpp", "#include \"auth/user.h\"\n"), Lines{1});
}

TEST(IncludeDirection, LetsTheRoomsOfADomainSeeOneAnotherOneWayAlone) {
  EXPECT_EQ(includes("src/auth/oauth/token/grants.cpp", "#include \"auth/session.h\"\n"), Lines{});
  EXPECT_EQ(includes("src/auth/federation/start.cpp",
                     "#include \"auth/oauth/scope.h\"\n#include \"auth/user.h\"\n#include \"auth/federation/a.h\"\n"),
            Lines{});
  EXPECT_EQ(includes("src/auth/account/me.cpp", "#include \"auth/federation/identity.h\"\n"), Lines{});
  EXPECT_EQ(includes("src/auth/routes.cpp", "#include \"auth/account/me.h\"\n"), Lines{});
  EXPECT_EQ(includes("src/auth/session_end.cpp",
                     "#include \"auth/oauth/scope.h\"\n#include \"auth/federation/identity.h\"\n"
                     "#include \"auth/account/me.h\"\n"),
            (Lines{1, 2, 3}));
  EXPECT_EQ(
      includes("src/auth/oauth/scope.cpp", "#include \"auth/federation/identity.h\"\n#include \"auth/account/me.h\"\n"),
      (Lines{1, 2}));
}

TEST(BannedWords, AreFoundInCode) {
  EXPECT_EQ(banned("src/auth/a.cpp", "std::cout << 1;\n  std::regex r;\nint x = rand();\n"), (Lines{1, 2, 3}));
  EXPECT_EQ(banned("src/auth/a.cpp", "using namespace std;\n"), Lines{1});
  EXPECT_EQ(banned("src/auth/a.cpp", "auto* p = new Thing;\ndelete p;\ndelete[] p;\n"), (Lines{1, 2, 3}));
  EXPECT_EQ(banned("src/auth/a.cpp", "if (std::memcmp(a, b, 32) == 0) {}\n"), Lines{1});
  EXPECT_EQ(banned("src/auth/a.cpp", "auto t = std::chrono::system_clock::now();\n"), Lines{1});
  EXPECT_EQ(banned("src/auth/a.cpp", "worker.detach();\nstd::system(line);\n"), (Lines{1, 2}));
  EXPECT_EQ(banned("src/auth/a.cpp",
                   "// TO"
                   "DO: later\n"),
            Lines{1});
}

TEST(BannedWords, AreNotFoundWhereTheyAreNoCallOrAreAllowed) {
  EXPECT_EQ(banned("src/auth/a.h", "A(const A&) = delete;\nint new_user(int);\nbool renew();\n// a new user\n"),
            Lines{});
  EXPECT_EQ(banned("src/auth/a.cpp", "auto text = \"delete std::cout new\";\nauto raw = R\"(new)\";\n/* new */\n"),
            Lines{});
  EXPECT_EQ(banned("src/auth/a.cpp", "std::snprintf_like(1);\nint operand(int);\nfile_system(1);\n"), Lines{});
  EXPECT_EQ(banned("src/auth/a.cpp", "#include <new>\nusing namespace std::chrono_literals;\n"), Lines{});
  EXPECT_EQ(banned("src/app/cli.cpp", "write_out(\"x\");\n"), Lines{});
  EXPECT_EQ(banned("bench/main.cpp", "fmt::print(\"x\");\n"), Lines{});
  EXPECT_EQ(banned("src/base/clock.cpp", "system_clock::now();\n"), Lines{});
}

TEST(Blanking, KeepsCodeAndLinesInPlace) {
  EXPECT_EQ(without_comments_and_literals("a = \"b\\\"c\"; // d\ne"), "a = \"    \";     \ne");
  EXPECT_EQ(without_comments_and_literals("1'000 + '\"' + x"), "1'000 + ' ' + x");
  EXPECT_EQ(without_comments_and_literals("/* a\nb */c"), "    \n    c");
  EXPECT_EQ(without_comments_and_literals("R\"x(a)\"b)x\";y"), "           ;y");
}

TEST(Headers, BeginWithPragmaOnceAndExplainTheirTypes) {
  const auto lines = [](std::string text) { return lines_of_complaints(check_header({"src/a/a.h", std::move(text)})); };
  EXPECT_EQ(lines("#pragma once\n/// A thing.\nclass A {\n};\nstruct B;\nenum class C { d, e };\n"), Lines{});
  EXPECT_EQ(lines("#pragma once\n/// A thing.\ntemplate <class T>\nstruct A {\n};\n"), Lines{});
  EXPECT_EQ(lines("#pragma once\nstruct A {\n};\nBOOST_DESCRIBE_STRUCT(A, (), (x))\n"), Lines{});
  EXPECT_EQ(lines("#include <vector>\n"), Lines{1});
  EXPECT_EQ(lines("#pragma once\n\nclass A final : public B {\n};\n"), Lines{3});
  EXPECT_EQ(lines("#pragma once\n// Not a doc comment.\nenum class A {\n  b\n};\n"), Lines{3});
}

TEST(Layout, BoundsLinesAndFiles) {
  const auto lines = [](std::string text) { return lines_of_complaints(check_layout({"src/a.cpp", std::move(text)})); };
  EXPECT_EQ(lines(std::string(120, 'x') + "\n"), Lines{});
  EXPECT_EQ(lines("a " + std::string(119, 'x') + "\n"), Lines{1});
  EXPECT_EQ(lines(std::string(121, 'x') + "\n"), Lines{});  // a key in a vector cannot be broken
  EXPECT_EQ(lines("a\n\tb\nc \n"), (Lines{2, 3}));
  EXPECT_EQ(lines("a"), Lines{1});
  std::string long_file;
  for (int i = 0; i < 401; ++i) long_file += "x\n";
  EXPECT_EQ(lines(long_file), Lines{401});
}

TEST(Secrets, AreFoundInSourceAndPrivatePathsEverywhere) {
  const auto lines = [](std::string path, std::string text) {
    return lines_of_complaints(check_secrets({std::move(path), std::move(text)}));
  };
  EXPECT_EQ(lines("src/a.cpp",
                  "key = \"AKI"
                  "A1234567890\";\n"),
            Lines{1});
  EXPECT_EQ(lines("src/a.cpp",
                  "-----BEGIN PRIVATE KEY"
                  "-----\n"),
            Lines{1});
  std::string encoded = "\"";
  for (int i = 0; i < 20; ++i) encoded += "aB3x";
  EXPECT_EQ(lines("src/a.cpp", encoded + "\"\n"), Lines{1});
  EXPECT_EQ(lines("tests/jose.cpp", encoded + "\"\n"), Lines{});
  EXPECT_EQ(lines("tests/a.cpp",
                  "open(\"/home"
                  "/ada/x\");\n"),
            Lines{1});
  EXPECT_EQ(lines("cmake/a.cmake", "file(GLOB x frontend/home/*)\n"), Lines{});
  EXPECT_EQ(lines("src/a.cpp", "src/store/sqlite/grouped_writer\n"), Lines{});
}

}  // namespace
}  // namespace voyages::style
