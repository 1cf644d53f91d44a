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
  void put(std::string_view name, std::string_view bytes) override { blobs_.put(name, bytes); }
  std::optional<std::string> get(std::string_view name) override { return blobs_.get(name); }
  void remove(std::string_view name) override { blobs_.remove(name); }
  std::vector<std::string> list(std::string_view prefix, std::string_view after, std::size_t limit) override {
    const SignaturesUnchecked unchecked;
    return blobs_.list(prefix, after, limit);
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
    beside.put("a", "not ours");
    beside.put("sz", "not ours");
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
    blobs.put(names.back(), "x");
  }
  EXPECT_EQ(blobs.list("n/", "", 5000), names);
  EXPECT_EQ(blobs.list("n/", "n/1000", 1003).size(), 1003U);
  EXPECT_THAT(blobs.list("n/", "n/2102", 10), ElementsAre("n/2103", "n/2104"));
}

TEST(S3WithMoto, SignsAList) {
  MotoClient client;
  S3Blobs blobs(client.get(), {create_bucket(client), {}});
  blobs.put("ab", "x");
  blobs.put("b", "x");
  EXPECT_THAT(blobs.list("a", "Z", 10), ElementsAre("ab"));
}

TEST(S3WithMoto, KeepsABlobOfManyMegabytes) {
  MotoClient client;
  S3Blobs blobs(client.get(), {create_bucket(client), {}});
  const std::string bytes(20UL << 20U, '\x80');
  blobs.put("large", bytes);
  EXPECT_TRUE(blobs.get("large") == bytes);
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
  EXPECT_THAT(complaint([&] { (void)blobs.get("a"); }), HasSubstr("S3 knows no bucket 'none-"));
  EXPECT_THAT(complaint([&] { blobs.put("a", "x"); }), HasSubstr("S3 knows no bucket 'none-"));
  EXPECT_THAT(complaint([&] { (void)blobs.list("", "", 1); }), HasSubstr("S3 knows no bucket 'none-"));
}

TEST(S3WithMoto, IsRefusedWithAWrongSecret) {
  MotoClient client;
  const auto bucket = create_bucket(client);
  MotoClient stranger("not the secret");
  S3Blobs blobs(stranger.get(), {bucket, {}});
  EXPECT_THROW(blobs.put("a", "x"), aws::Refused);
  EXPECT_THROW(blobs.get("a"), aws::Refused);
}

}  // namespace
}  // namespace voyages::tests
