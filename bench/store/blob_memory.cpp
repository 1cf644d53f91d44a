// How much memory it takes to write and to read one large blob, on disk and in S3:
//   blob_memory disk MEGABYTES
//   node tests/support/with_moto.mjs blob_memory s3 MEGABYTES
// `with_moto.mjs` starts an S3 on this machine, or let AWS_ENDPOINT_URL and the credentials name another.
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "aws/default_credentials.h"
#include "aws/s3/blobs.h"
#include "store/filesystem/blobs.h"

namespace {

using namespace voyages;

constexpr std::size_t megabyte = 1UL << 20U;

double peak_megabytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// Prints how long something took, and the peak of resident memory until then.
void measure(std::string_view what, std::size_t megabytes, auto&& act) {
  const auto started = std::chrono::steady_clock::now();
  act();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
  fmt::print("{}: {} MB in {:.1f} s, {:.0f} MB/s; peak of resident memory {:.1f} MB\n", what, megabytes,
             seconds.count(), static_cast<double>(megabytes) / seconds.count(), peak_megabytes());
}

void run(store::Blobs& blobs, std::size_t megabytes) {
  measure("nothing", 0, [] {});
  measure("write", megabytes, [&] {
    const auto writer = blobs.write("bench/large");
    std::string piece(megabyte, '\0');
    for (std::size_t i = 0; i < megabytes; ++i) {
      piece.replace(0, sizeof i, reinterpret_cast<const char*>(&i), sizeof i);
      writer->write(piece);
    }
    writer->commit();
  });
  measure("read", megabytes, [&] {
    std::uint64_t size = 0;
    const auto reader = blobs.read("bench/large");
    while (const auto piece = reader->next()) size += piece->size();
    if (size != megabytes * megabyte) throw std::runtime_error("the blob is not whole");
  });
  blobs.remove("bench/large");
}

void run_on_disk(std::size_t megabytes) {
  const auto directory = std::filesystem::current_path() / "blob_memory.data";
  store::filesystem::FilesystemBlobs blobs(directory);
  run(blobs, megabytes);
  std::filesystem::remove_all(directory);
}

void run_in_s3(std::size_t megabytes) {
  const SystemClock clock;
  Logger log(LogLevel::warn, STDERR_FILENO);
  Metrics metrics;
  http::client::Client http(http::client::Trust::amazon);
  const auto credentials = aws::default_credentials(http, clock, log);
  aws::Client client(aws::read_client_options(), *credentials, http, clock, log, metrics);
  const std::string bucket = "blob-memory";
  client.call({.service = aws::service::s3,
               .operation = "CreateBucket",
               .request = {.method = http::Method::put,
                           .target = '/' + bucket,
                           .body = "<CreateBucketConfiguration><LocationConstraint>" + client.region() +
                                   "</LocationConstraint></CreateBucketConfiguration>"},
               .timeout = std::chrono::minutes(1)});
  aws::s3::S3Blobs blobs(client, {.bucket = bucket, .key_prefix = {}});
  run(blobs, megabytes);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    fmt::print(stderr, "blob_memory disk|s3 MEGABYTES\n");
    return 2;
  }
  try {
    const auto megabytes = std::strtoul(arguments[2], nullptr, 10);
    if (std::string_view(arguments[1]) == "s3") {
      run_in_s3(megabytes);
    } else {
      run_on_disk(megabytes);
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "blob_memory: {}\n", error.what());
    return 1;
  }
}
