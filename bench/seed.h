#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace voyages::bench {

/// Fills a data folder with `count` users `user<n>@example.com`, all of one password. Shows progress on standard error.
void seed(const std::filesystem::path& data, std::uint64_t count);

/// Adds the sign-in provider `acme` with this issuer to a data folder that no server is using.
void seed_provider(const std::filesystem::path& data, const std::string& issuer);

inline constexpr const char* seeded_password = "correct horse battery staple";
std::string seeded_email(std::uint64_t number);

}  // namespace voyages::bench
