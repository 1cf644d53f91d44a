#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

namespace voyages::store::filesystem {

/// An open file that closes with its owner.
class FileDescriptor {
 public:
  explicit FileDescriptor(int descriptor = -1) : descriptor_(descriptor) {}
  ~FileDescriptor();
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;

  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  int release();

 private:
  int descriptor_;
};

/// Throws std::system_error with `errno`: `cannot <action> <file>: <reason>`.
[[noreturn]] void throw_errno(std::string_view action, const std::filesystem::path& file);

/// Creates the directory and those above it, for the owner alone (0700).
void create_private_directories(const std::filesystem::path& directory);

/// Opens for reading and writing, creating it for the owner alone (0600); follows no symbolic link.
FileDescriptor open_private_file(const std::filesystem::path& file, int extra_flags = 0);

/// Reads up to `size` bytes into the buffer and returns how many; 0 at the end of the file.
std::size_t read_some(int descriptor, char* buffer, std::size_t size, const std::filesystem::path& name);
void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& name);
void sync(int descriptor, const std::filesystem::path& name);
/// Makes created, renamed and removed names in the directory durable.
void sync_directory(const std::filesystem::path& directory);

}  // namespace voyages::store::filesystem
