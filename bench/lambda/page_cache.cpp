#include "bench/lambda/page_cache.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace voyages::bench {

namespace {

[[noreturn]] void throw_errno(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

class OpenFile {
 public:
  explicit OpenFile(const std::filesystem::path& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) throw_errno("open " + path.string());
  }
  ~OpenFile() { ::close(descriptor_); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

Residency residency_of(const OpenFile& file, std::size_t size_bytes) {
  void* const mapping = ::mmap(nullptr, size_bytes, PROT_READ, MAP_SHARED, file.descriptor(), 0);
  if (mapping == MAP_FAILED) throw_errno("mmap");
  const auto page_size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> pages((size_bytes + page_size - 1) / page_size);
  const int failed = ::mincore(mapping, size_bytes, pages.data());
  ::munmap(mapping, size_bytes);
  if (failed != 0) throw_errno("mincore");
  Residency found{pages.size(), 0};
  for (const auto page : pages) found.resident += page & 1U;
  return found;
}

void evict_file(const std::filesystem::path& path, Residency& total) {
  const OpenFile file(path);
  struct stat status{};
  if (::fstat(file.descriptor(), &status) != 0) throw_errno("fstat " + path.string());
  if (status.st_size == 0) return;
  const auto drop = [&] {
    ::posix_fadvise(file.descriptor(), 0, 0, POSIX_FADV_DONTNEED);
    return residency_of(file, static_cast<std::size_t>(status.st_size));
  };
  auto left = drop();
  if (left.resident > 0) {
    ::fsync(file.descriptor());  // pages that are not on disk yet cannot be dropped
    left = drop();
  }
  total.pages += left.pages;
  total.resident += left.resident;
}

}  // namespace

Residency evict(const std::vector<std::filesystem::path>& files_and_folders) {
  Residency total;
  for (const auto& path : files_and_folders) {
    if (std::filesystem::is_regular_file(path)) evict_file(path, total);
    if (!std::filesystem::is_directory(path)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) evict_file(entry.path(), total);
    }
  }
  return total;
}

}  // namespace voyages::bench
