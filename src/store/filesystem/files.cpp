#include "store/filesystem/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace voyages::store::filesystem {

FileDescriptor::~FileDescriptor() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = other.release();
  }
  return *this;
}

int FileDescriptor::release() { return std::exchange(descriptor_, -1); }

void throw_errno(std::string_view action, const std::filesystem::path& file) {
  throw std::system_error(errno, std::generic_category(), fmt::format("cannot {} {}", action, file.string()));
}

void create_private_directories(const std::filesystem::path& directory) {
  if (directory.empty() || std::filesystem::is_directory(directory)) return;
  create_private_directories(directory.parent_path());
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) throw_errno("create the directory", directory);
}

FileDescriptor open_private_file(const std::filesystem::path& file, int extra_flags) {
  FileDescriptor descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | extra_flags, 0600));
  if (!descriptor.is_open()) throw_errno("open", file);
  return descriptor;
}

std::size_t read_some(int descriptor, char* buffer, std::size_t size, const std::filesystem::path& name) {
  for (;;) {
    const auto count = ::read(descriptor, buffer, size);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) throw_errno("read", name);
  }
}

void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& name) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_errno("write", name);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void sync(int descriptor, const std::filesystem::path& name) {
  if (::fsync(descriptor) != 0) throw_errno("sync", name);
}

void sync_directory(const std::filesystem::path& directory) {
  const FileDescriptor descriptor(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.is_open()) throw_errno("open", directory);
  sync(descriptor.get(), directory);
}

}  // namespace voyages::store::filesystem
