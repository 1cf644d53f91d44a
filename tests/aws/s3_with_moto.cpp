#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/s3/blobs.h"
#include "tests/aws/moto.h"
#include "tests/store/blobs_contract.h"

namespace voyages::tests {
namespace {

using aws::s3::S3Blobs;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string create_bucket(MotoClient& client) {
  auto name = fresh_name("bucket");
  client.get().call({.service = aws::service::s3,
                     .operation = "CreateBucket",
                     .request = {.method = http::Method::put,
                                 .target = '/' + name,
                                 .body = "<CreateBucketConfiguration><LocationConstraint>eu-central-1"
                                         "</LocationConstraint></CreateBucketConfiguration>"}});
  return name;
}

/// The same blobs, without a check of the signatures of lists: `SignaturesUnchecked` says why.
class ListingUnchecked final : public store::Blobs {
 public:
  ListingUnchecked(MotoClient& client, aws::s3::BlobsOptions options) : blobs_(client.get(), std::move(options)) {}
  std::unique_ptr<store::BlobWriter> write(std::string_view name) override { return blobs_.write(name); }
  std::unique_ptr<store::BlobReader> read(std::string_view name, store::ByteRange range) override {
    return blobs_.read(name, range);
  }
  std::optional<store::BlobInfo> stat(std::string_view name) override { return blobs_.stat(name); }
  void remove(std::string_view name) override { blobs_.remove(name); }
  std::vector<std::string> list(std::string_view prefix, std::string_view after, std::size_t limit) override {
    const SignaturesUnchecked unchecked;
    return blobs_.list(prefix, after, limit);
  }
  std::optional<std::string> presign(std::string_view name, const store::PresignedAccess& access) override {
    return blobs_.presign(name, access);
  }

 private:
  S3Blobs blobs_;
};

class S3BlobsFactory {
 public:
  store::Blobs& make() { return blobs_; }

 private:
  MotoClient client_;
  ListingUnchecked blobs_{client_, {create_bucket(client_), {}}};
};

/// Below a prefix, with strangers beside and among its blobs.
class S3PrefixedBlobsFactory {
 public:
  store::Blobs& make() {
    const auto bucket = create_bucket(client_);
    S3Blobs beside(client_.get(), {bucket, "blob"});
    put(beside, "a", "not ours");
    put(beside, "sz", "not ours");
    const SignaturesUnchecked unchecked;
    for (const auto* key : {"blobs/a%20b", "blobs/a%2Bb", "blobs/%C3%A9", "blobs/folder/", "blobs/%26%3C%3E%22"}) {
      client_.get().call({.service = aws::service::s3,
                          .operation = "PutObject",
                          .request = {.method = http::Method::put, .target = '/' + bucket + '/' + key, .body = "x"}});
    }
    return blobs_.emplace(client_, aws::s3::BlobsOptions{bucket, "blobs/"});
  }

 private:
  MotoClient client_;
  std::optional<ListingUnchecked> blobs_;
};

}  // namespace
}  // namespace voyages::tests

namespace voyages::store::tests {
INSTANTIATE_TYPED_TEST_SUITE_P(S3, BlobsContract, voyages::tests::S3BlobsFactory);
INSTANTIATE_TYPED_TEST_SUITE_P(S3Prefixed, BlobsContract, voyages::tests::S3PrefixedBlobsFactory);
}  // namespace voyages::store::tests

namespace voyages::tests {
namespace {

TEST(S3WithMoto, ListsMoreThanAPage) {
  MotoClient client;
  ListingUnchecked blobs(client, {create_bucket(client), "p/"});
  std::vector<std::string> names;
  for (int i = 1000; i < 2105; ++i) {
    names.push_back("n/" + std::to_string(i));
    put(blobs, names.back(), "x");
  }
  EXPECT_EQ(blobs.list("n/", "", 5000), names);
  EXPECT_EQ(blobs.list("n/", "n/1000", 1003).size(), 1003U);
  EXPECT_THAT(blobs.list("n/", "n/2102", 10), ElementsAre("n/2103", "n/2104"));
}

TEST(S3WithMoto, SignsAList) {
  MotoClient client;
  S3Blobs blobs(client.get(), {create_bucket(client), {}});
  put(blobs, "ab", "x");
  put(blobs, "b", "x");
  EXPECT_THAT(blobs.list("a", "Z", 10), ElementsAre("ab"));
}

TEST(S3WithMoto, KeepsABlobOfManyMegabytes) {
  MotoClient client;
  S3Blobs blobs(client.get(), {create_bucket(client), {}});
  const std::string bytes(20UL << 20U, '\x80');
  put(blobs, "large", bytes);
  EXPECT_TRUE(get(blobs, "large") == bytes);
}

/// The uploads of a bucket that are neither completed nor aborted.
std::string uploads_of(MotoClient& client, const std::string& bucket) {
  return client.get()
      .call({.service = aws::service::s3,
             .operation = "ListMultipartUploads",
             .request = {.method = http::Method::get, .target = '/' + bucket + "?uploads"}})
      .body;
}

TEST(S3WithMoto, AbortsAnUploadThatIsNotCommitted) {
  MotoClient client;
  const auto bucket = create_bucket(client);
  S3Blobs blobs(client.get(), {bucket, {}});
  {
    const auto writer = blobs.write("a");
    writer->write(std::string(9'000'000, 'x'));
    EXPECT_THAT(uploads_of(client, bucket), HasSubstr("<UploadId>"));
  }
  EXPECT_THAT(uploads_of(client, bucket), Not(HasSubstr("<UploadId>")));
  const auto writer = blobs.write("a");
  writer->write(std::string(9'000'000, 'x'));
  writer->commit();
  EXPECT_THAT(uploads_of(client, bucket), Not(HasSubstr("<UploadId>")));
}

/// Sends a request to a presigned address, with no credentials.
http::Response send_to(const std::string& address, http::Request request) {
  const auto endpoint = setting("AWS_ENDPOINT_URL");
  EXPECT_THAT(address, StartsWith(endpoint + '/'));
  request.target = address.substr(endpoint.size());
  http::client::Client anybody(http::client::Trust::amazon);
  return anybody.send(http::client::Origin::parse(endpoint).value(), request);
}

TEST(S3WithMoto, LetsABrowserReadAndWriteByAnAddress) {
  using enum store::PresignedAccess::Method;
  MotoClient client;
  S3Blobs blobs(client.get(), {create_bucket(client), "blobs/"});
  const auto upload = blobs.presign("a/b", {.method = put, .content_type = "image/png", .size = 5}).value();
  http::Request request{.method = http::Method::put, .target = "/", .body = "bytes"};
  request.headers.add("Content-Type", "image/png");
  // moto checks a signature by the query against fields that it has decoded twice: only real S3 could refuse it.
  const SignaturesUnchecked unchecked;
  EXPECT_EQ(send_to(upload, request).status, 200);
  EXPECT_EQ(store::get(blobs, "a/b"), "bytes");

  const auto download = send_to(blobs.presign("a/b", {.method = get}).value(), {.target = "/"});
  EXPECT_EQ(download.status, 200);
  EXPECT_EQ(download.content(), "bytes");
}

TEST(S3WithMoto, TellsWhichBucketIsMissing) {
  MotoClient client;
  S3Blobs blobs(client.get(), {fresh_name("none"), {}});
  const auto complaint = [](auto&& call) -> std::string {
    try {
      call();
    } catch (const aws::Refused& refused) {
      return refused.what();
    }
    return {};
  };
  EXPECT_THAT(complaint([&] { (void)get(blobs, "a"); }), HasSubstr("S3 knows no bucket 'none-"));
  EXPECT_THAT(complaint([&] { put(blobs, "a", "x"); }), HasSubstr("S3 knows no bucket 'none-"));
  EXPECT_THAT(complaint([&] { (void)blobs.list("", "", 1); }), HasSubstr("S3 knows no bucket 'none-"));
}

TEST(S3WithMoto, IsRefusedWithAWrongSecret) {
  MotoClient client;
  const auto bucket = create_bucket(client);
  MotoClient stranger("not the secret");
  S3Blobs blobs(stranger.get(), {bucket, {}});
  EXPECT_THROW(put(blobs, "a", "x"), aws::Refused);
  EXPECT_THROW((void)get(blobs, "a"), aws::Refused);
}

}  // namespace
}  // namespace voyages::tests
