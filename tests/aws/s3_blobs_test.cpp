#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <vector>

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

/// A bucket that answers one request after the other, and keeps their first lines. A request without an answer of its
/// own gets the last one again. What is no whole answer is followed by the connection's end.
class Scripted {
 public:
  explicit Scripted(std::vector<std::string> answers) : answers_(std::move(answers)), client(server_) {}

  [[nodiscard]] std::vector<std::string> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

 private:
  void serve(ServerSide& side) {
    for (auto request = side.receive(); !request.empty(); request = side.receive()) {
      const std::scoped_lock lock(mutex_);
      const auto number = std::min(requests_.size(), answers_.size() - 1);
      requests_.push_back(request.substr(0, request.find(" HTTP/")));
      side.send(answers_[number]);
      if (!requests_.back().starts_with("HEAD ") && !is_whole_answer(answers_[number])) return;
    }
  }

  const std::vector<std::string> answers_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  ScriptedServer server_{[this](ServerSide& side, unsigned) { serve(side); }};

 public:
  LocalClient client;
  S3Blobs blobs{client.get(), {"my-bucket", "blobs/"}};
};

/// The answer to HEAD: fields alone.
std::string described(std::size_t size, const std::string& checksum = {}) {
  return "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\n" +
         (checksum.empty() ? std::string() : "x-amz-checksum-sha256: " + checksum + "\r\n") +
         "Content-Length: " + std::to_string(size) + "\r\n\r\n";
}

std::string refused(std::string_view status) {
  return "HTTP/1.1 " + std::string(status) + "\r\nContent-Length: 0\r\n\r\n";
}

std::string error(std::string_view status, const std::string& code) {
  return answer(status, R"(<?xml version="1.0" encoding="UTF-8"?><Error><Code>)" + code +
                            "</Code><Message>It says so</Message></Error>");
}

std::string listing(const std::string& inside) {
  return answer("200 OK", "<ListBucketResult>" + inside + "</ListBucketResult>");
}

TEST(S3Blobs, PutsWithAChecksum) {
  Bench bench(answer("200 OK", ""));
  put(bench.blobs, "a/b.bin", "bytes");
  const auto request = bench.s3.request();
  EXPECT_THAT(request, StartsWith("PUT /my-bucket/blobs/a/b.bin HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("x-amz-checksum-sha256: " + to_base64(crypto::sha256("bytes")) + "\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\n\r\nbytes"));
}

TEST(S3Blobs, NoticesOtherBytesThanWerePut) {
  const auto read = [](const std::string& checksum, std::string_view bytes) {
    Scripted bucket({described(bytes.size(), checksum), answer("206 Partial Content", bytes)});
    return get(bucket.blobs, "a");
  };
  const auto checksum = to_base64(crypto::sha256("bytes"));
  EXPECT_EQ(read(checksum, "bytes"), "bytes");
  EXPECT_THROW(read(checksum, "bytez"), Unavailable);
  // Of an object that was put in parts: the hash of their hashes.
  const auto of_parts = to_base64(crypto::sha256(crypto::sha256("bytes")));
  EXPECT_EQ(read(of_parts + "-1", "bytes"), "bytes");
  EXPECT_THROW(read(of_parts + "-1", "bytez"), Unavailable);
  // Some say only in the ETag that there are parts.
  Scripted in_parts(
      {"HTTP/1.1 200 OK\r\nETag: \"v-1\"\r\nx-amz-checksum-sha256: " + of_parts + "\r\nContent-Length: 5\r\n\r\n",
       answer("206 Partial Content", "bytes")});
  EXPECT_EQ(get(in_parts.blobs, "a"), "bytes");
  // Of parts that are not ours, nothing can be told.
  EXPECT_EQ(read(of_parts + "-2", "bytez"), "bytez");
  EXPECT_EQ(read(of_parts + "-x", "bytez"), "bytez");
  EXPECT_EQ(read("AAAA", "bytez"), "bytez");
}

TEST(S3Blobs, TellsAbsenceFromARefusal) {
  Scripted absent({refused("404 Not Found"), error("404 Not Found", "NoSuchKey")});
  EXPECT_EQ(get(absent.blobs, "a"), std::nullopt);
  EXPECT_EQ(absent.requests(), (std::vector<std::string>{"HEAD /my-bucket/blobs/a", "GET /my-bucket/blobs/a"}));
  const auto complaint = [](const std::string& head, const std::string& get_answer) -> std::string {
    Scripted bucket({head, get_answer});
    try {
      (void)get(bucket.blobs, "a");
    } catch (const std::exception& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_THAT(complaint(refused("404 Not Found"), error("404 Not Found", "NoSuchBucket")),
              HasSubstr("knows no bucket 'my-bucket'"));
  EXPECT_THAT(complaint(refused("403 Forbidden"), error("403 Forbidden", "AccessDenied")), HasSubstr("s3:ListBucket"));
  EXPECT_THAT(complaint(refused("301 Moved Permanently"), error("301 Moved Permanently", "PermanentRedirect")),
              HasSubstr("another region than eu-central-1"));
  EXPECT_THAT(complaint(refused("404 Not Found"), answer("404 Not Found", "")), HasSubstr("404"));
  EXPECT_NO_THROW(Bench(answer("204 No Content", "")).blobs.remove("a"));
}

TEST(S3Blobs, SaysWhenTheServiceIsAway) {
  for (const auto& bytes : {answer("500 Internal Server Error", ""), error("503 Slow Down", "SlowDown"), std::string(),
                            std::string("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\ncut"), std::string("nonsense"),
                            std::string("HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n")}) {
    Bench bench(bytes);
    EXPECT_THROW((void)bench.blobs.list("", "", 1), Unavailable) << bytes;
    Scripted bucket({described(10), bytes});
    EXPECT_THROW((void)bucket.blobs.read("a"), Unavailable) << bytes;
  }
  EXPECT_THROW((void)Bench(error("503 Slow Down", "SlowDown")).blobs.stat("a"), Unavailable);
  // Less than was asked for.
  EXPECT_THROW((void)Scripted({described(10), answer("206 Partial Content", "short")}).blobs.read("a"), Unavailable);
}

TEST(S3Blobs, OpensTheVersionThatReplacedTheOneItFound) {
  const auto replaced = error("412 Precondition Failed", "PreconditionFailed");
  // However quick its writers are: the bytes that come are of one version, and say of which.
  Scripted once({described(3), replaced,
                 answer("206 Partial Content", "bytes", "ETag: \"v2\"\r\nContent-Range: bytes 0-4/5\r\n")});
  const auto reader = once.blobs.read("a");
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->info().size, 5U);
  EXPECT_EQ(reader->info().etag, "v2");
  EXPECT_EQ(reader->next(), "bytes");
  EXPECT_EQ(reader->next(), std::nullopt);
  const auto empty = error("416 Requested Range Not Satisfiable", "InvalidRange");
  Scripted emptied({described(3), replaced, empty, described(0)});
  EXPECT_EQ(get(emptied.blobs, "a"), "");
  Scripted removed({described(3), error("404 Not Found", "NoSuchKey")});
  EXPECT_EQ(removed.blobs.read("a"), nullptr);
  EXPECT_THROW((void)Scripted({described(3), replaced, answer("206 Partial Content", "bytes")}).blobs.read("a"),
               Unavailable);
}

TEST(S3Blobs, ReadsAnEmptyBlobWithoutAskingForARange) {
  Scripted bucket({described(0)});
  EXPECT_EQ(get(bucket.blobs, "a"), "");
  EXPECT_EQ(bucket.requests(), std::vector<std::string>{"HEAD /my-bucket/blobs/a"});
}

const std::string begun =
    answer("200 OK", "<InitiateMultipartUploadResult><UploadId>u/1</UploadId></InitiateMultipartUploadResult>");
const std::string part = answer("200 OK", "", "ETag: \"p\"\r\n");
const std::string completed =
    answer("200 OK", "\n  <CompleteMultipartUploadResult><ETag>\"e-2\"</ETag></CompleteMultipartUploadResult>");
constexpr std::string_view object = "/my-bucket/blobs/a";

/// Writes a blob of two parts.
void write_two_parts(S3Blobs& blobs) {
  const auto writer = blobs.write("a");
  writer->write(std::string(9UL << 20U, 'x'));
  writer->commit();
}

TEST(S3Blobs, UploadsInPartsWhatIsLargerThanOne) {
  Scripted bucket({begun, part, part, completed});
  write_two_parts(bucket.blobs);
  const auto path = std::string(object);
  EXPECT_EQ(
      bucket.requests(),
      (std::vector<std::string>{"POST " + path + "?uploads", "PUT " + path + "?partNumber=1&uploadId=u%2F1",
                                "PUT " + path + "?partNumber=2&uploadId=u%2F1", "POST " + path + "?uploadId=u%2F1"}));
}

TEST(S3Blobs, AbortsAnUploadThatFails) {
  const auto abort = "DELETE " + std::string(object) + "?uploadId=u%2F1";
  // S3 may say so behind the status 200.
  const auto failed = answer("200 OK", "<Error><Code>InternalError</Code></Error>");
  for (const auto& answers : {std::vector{begun, part, part, failed, answer("204 No Content", "")},
                              std::vector{begun, error("403 Forbidden", "AccessDenied"), answer("204 No Content", "")},
                              std::vector{begun, part, error("403 Forbidden", "AccessDenied"), refused("500 Error")}}) {
    Scripted bucket(answers);
    EXPECT_ANY_THROW(write_two_parts(bucket.blobs));
    EXPECT_EQ(bucket.requests().back(), abort);
  }
  Scripted bucket({answer("200 OK", "no upload")});
  EXPECT_THROW(write_two_parts(bucket.blobs), Unavailable);
  EXPECT_EQ(bucket.requests().size(), 1U);
}

TEST(S3Blobs, TakesAnUploadForCompleteWhoseAnswerWasLost) {
  const auto gone = error("404 Not Found", "NoSuchUpload");
  const auto hashes = crypto::sha256(std::string(8UL << 20U, 'x')) + crypto::sha256(std::string(1UL << 20U, 'x'));
  const auto checksum = to_base64(crypto::sha256(hashes)) + "-2";
  Scripted bucket({begun, part, part, gone, described(9UL << 20U, checksum)});
  EXPECT_NO_THROW(write_two_parts(bucket.blobs));
  Scripted other({begun, part, part, gone, described(9UL << 20U, to_base64(crypto::sha256("other")) + "-2")});
  EXPECT_THROW(write_two_parts(other.blobs), aws::Refused);
  Scripted none({begun, part, part, gone, refused("404 Not Found")});
  EXPECT_THROW(write_two_parts(none.blobs), aws::Refused);
}

TEST(S3Blobs, SignsTypeAndLengthOfAnUploadByAddress) {
  using enum store::PresignedAccess::Method;
  Bench bench(answer("200 OK", ""));
  const auto upload =
      bench.blobs
          .presign("a/b",
                   {.method = put, .expires_in = std::chrono::seconds(60), .content_type = "image/png", .size = 5})
          .value();
  EXPECT_THAT(upload, StartsWith("http://127.0.0.1:"));
  EXPECT_THAT(upload, HasSubstr("/my-bucket/blobs/a/b?X-Amz-Algorithm=AWS4-HMAC-SHA256&"));
  EXPECT_THAT(upload, HasSubstr("&X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost&X-Amz-Expires=60&"));
  const auto download = bench.blobs.presign("a/b", {}).value();
  EXPECT_THAT(download, HasSubstr("&X-Amz-SignedHeaders=host&X-Amz-Expires=300&"));
  EXPECT_EQ(bench.s3.count(), 0);
  EXPECT_THROW((void)bench.blobs.presign("a", {.expires_in = std::chrono::seconds(0)}), std::invalid_argument);
  EXPECT_THROW((void)bench.blobs.presign("a", {.expires_in = std::chrono::hours(24 * 8)}), std::invalid_argument);
  EXPECT_THROW((void)bench.blobs.presign("a", {.method = put, .size = store::max_blob_bytes + 1}),
               std::invalid_argument);
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

}  // namespace
}  // namespace voyages::tests
