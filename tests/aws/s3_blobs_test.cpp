#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/s3/blobs.h"
#include "base/encoding.h"
#include "crypto/token.h"
#include "tests/aws/local_client.h"

namespace voyages::tests {
namespace {

using aws::s3::S3Blobs;
using testing::HasSubstr;
using testing::StartsWith;

/// A bucket whose every request is answered alike.
struct Bench {
  explicit Bench(std::string bytes) : s3(std::move(bytes)), client(s3.server()) {}

  std::string complaint(auto&& call) {
    try {
      call(blobs);
    } catch (const std::exception& error) {
      return error.what();
    }
    return "none";
  }

  Answering s3;
  LocalClient client;
  S3Blobs blobs{client.get(), {"my-bucket", "blobs/"}};
};

std::string error(std::string_view status, const std::string& code) {
  return answer(status, R"(<?xml version="1.0" encoding="UTF-8"?><Error><Code>)" + code +
                            "</Code><Message>It says so</Message></Error>");
}

std::string listing(const std::string& inside) {
  return answer("200 OK", "<ListBucketResult>" + inside + "</ListBucketResult>");
}

TEST(S3Blobs, PutsWithAChecksum) {
  Bench bench(answer("200 OK", ""));
  bench.blobs.put("a/b.bin", "bytes");
  const auto request = bench.s3.request();
  EXPECT_THAT(request, StartsWith("PUT /my-bucket/blobs/a/b.bin HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("x-amz-checksum-sha256: " + to_base64(crypto::sha256("bytes")) + "\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\n\r\nbytes"));
}

TEST(S3Blobs, NoticesOtherBytesThanWerePut) {
  const auto field = "x-amz-checksum-sha256: " + to_base64(crypto::sha256("bytes"));
  EXPECT_EQ(Bench(answer("200 OK", "bytes", field + "\r\n")).blobs.get("a"), "bytes");
  EXPECT_THROW(Bench(answer("200 OK", "byte", field + "\r\n")).blobs.get("a"), Unavailable);
  // Of an object that was put in parts.
  EXPECT_EQ(Bench(answer("200 OK", "byte", field + "-2\r\n")).blobs.get("a"), "byte");
  EXPECT_EQ(Bench(answer("200 OK", "byte", "x-amz-checksum-sha256: AAAA\r\n")).blobs.get("a"), "byte");
}

TEST(S3Blobs, TellsAbsenceFromARefusal) {
  EXPECT_EQ(Bench(error("404 Not Found", "NoSuchKey")).blobs.get("a"), std::nullopt);
  const auto get = [](S3Blobs& blobs) { (void)blobs.get("a"); };
  EXPECT_THAT(Bench(error("404 Not Found", "NoSuchBucket")).complaint(get), HasSubstr("knows no bucket 'my-bucket'"));
  EXPECT_THAT(Bench(error("403 Forbidden", "AccessDenied")).complaint(get), HasSubstr("s3:ListBucket"));
  EXPECT_THAT(Bench(error("301 Moved Permanently", "PermanentRedirect")).complaint(get),
              HasSubstr("another region than eu-central-1"));
  EXPECT_THAT(Bench(answer("404 Not Found", "")).complaint(get), HasSubstr("404"));
  EXPECT_NO_THROW(Bench(answer("204 No Content", "")).blobs.remove("a"));
}

TEST(S3Blobs, SaysWhenTheServiceIsAway) {
  for (const auto& bytes : {answer("500 Internal Server Error", ""), error("503 Slow Down", "SlowDown"), std::string(),
                            std::string("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\ncut"), std::string("nonsense"),
                            std::string("HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n")}) {
    Bench bench(bytes);
    EXPECT_THROW(bench.blobs.get("a"), Unavailable) << bytes;
    EXPECT_THROW(bench.blobs.list("", "", 1), Unavailable) << bytes;
  }
}

TEST(S3Blobs, AsksForAList) {
  Bench bench(
      listing("<IsTruncated>false</IsTruncated><Contents><Key>blobs/a/b%2Bc</Key></Contents>"
              "<Contents><Key>blobs/a/d</Key></Contents>"));
  EXPECT_EQ(bench.blobs.list("a/", "a/a+", 5000), std::vector<std::string>{"a/d"});
  EXPECT_THAT(bench.s3.request(),
              StartsWith("GET /my-bucket?encoding-type=url&list-type=2&max-keys=1000&prefix=blobs%2Fa%2F"
                         "&start-after=blobs%2Fa%2Fa%2B HTTP/1.1\r\n"));
}

TEST(S3Blobs, BelievesNoListThatCannotBe) {
  const std::string end = "<IsTruncated>true</IsTruncated>";
  const std::string key = "<Contents><Key>blobs/a</Key></Contents>";
  for (const auto& inside :
       {std::string(), key, end + "<Contents><Key>other/a</Key></Contents>", end + "<Contents><Key>blobs/b",
        end + key + key, end + "<Contents><Key>blobs/%ZZ</Key></Contents>",
        end + "<Contents><Key>blobs/b</Key></Contents>" + key}) {
    Bench bench(listing(inside));
    EXPECT_THROW(bench.blobs.list("", "", 100), Unavailable) << inside;
  }
  // It says that there is more, and then begins anew.
  Bench bench(listing(end + key));
  EXPECT_THROW(bench.blobs.list("", "", 100), Unavailable);
  EXPECT_EQ(bench.blobs.list("", "", 1), std::vector<std::string>{"a"});
  EXPECT_THROW(Bench(answer("200 OK", "{}")).blobs.list("", "", 1), Unavailable);
}

TEST(S3Blobs, RefusesBucketsAndPrefixesThatCannotBe) {
  LocalClient client({}, 1, "id", "secret");
  for (const auto* bucket : {"", "ab", "Bucket", "a/b", "a b", "bucket?"}) {
    EXPECT_THROW(S3Blobs(client.get(), {bucket, {}}), std::invalid_argument) << bucket;
  }
  for (const auto* prefix : {"/", "/a", "a//", "a/../", "a b/"}) {
    EXPECT_THROW(S3Blobs(client.get(), {"bucket", prefix}), std::invalid_argument) << prefix;
  }
  EXPECT_NO_THROW(S3Blobs(client.get(), {"bucket", "a/b/"}));
}

TEST(S3Blobs, RefusesWhatIsTooLarge) {
  Bench bench(answer("200 OK", ""));
  EXPECT_THROW(bench.blobs.put("a", std::string(store::max_blob_bytes + 1, 'x')), std::invalid_argument);
  EXPECT_EQ(bench.s3.count(), 0);
}

}  // namespace
}  // namespace voyages::tests
