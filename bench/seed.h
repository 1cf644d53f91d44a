#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace voyages::bench {

/// Fills a data folder with `count` users `user<n>@example.com`, all of one password. Shows progress on standard error.
void seed(const std::filesystem::path& data, std::uint64_t count);

inline constexpr const char* seeded_password = "correct horse battery staple";
std::string seeded_email(std::uint64_t number);

}  // namespace voyages::bench
