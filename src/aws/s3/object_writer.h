#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "aws/s3/bucket.h"
#include "store/blobs.h"

namespace voyages::aws::s3 {

/// Holds one part in memory. A blob that is no larger is put as one object, any other by a multipart upload.
class ObjectWriter final : public store::BlobWriter {
 public:
  ObjectWriter(Bucket& bucket, std::string_view name);
  ~ObjectWriter() override;
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;

  void write(std::string_view bytes) override;
  void commit() override;

 private:
  struct Part {
    std::string etag;
    std::string sha256;
  };

  void put_object();
  void begin_upload();
  void upload_part();
  void complete_upload();
  [[nodiscard]] bool is_complete();

  Bucket& bucket_;
  const std::string target_;
  std::string pending_;    // what is not yet sent, at most a part
  std::string upload_id_;  // percent-encoded; empty when there is no upload to abort
  std::vector<Part> parts_;
  std::uint64_t size_ = 0;
  bool is_whole_ = true;  // all that was given to `write` is sent or pending, and it is not committed
};

}  // namespace voyages::aws::s3
