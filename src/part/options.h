#pragma once

#include <any>
#include <map>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <typeindex>

namespace voyages::part {

/// What an operator chose, for all services: each has a struct of its own in here, found by its type.
class Options {
 public:
  /// The options of type T, made with their defaults when they are asked for the first time. The configuration, which
  /// is this bag and the house's own options, is found by its type as well.
  template <class T>
  T& of() {
    if constexpr (std::is_base_of_v<Options, T>) {
      return static_cast<T&>(*this);
    } else {
      auto& found = structs_[typeid(T)];
      if (!found.has_value()) found = T();
      return std::any_cast<T&>(found);
    }
  }
  /// Throws std::logic_error where no setting fills options of this type.
  template <class T>
  const T& of() const {
    if constexpr (std::is_base_of_v<Options, T>) {
      return static_cast<const T&>(*this);
    } else {
      const auto found = structs_.find(typeid(T));
      if (found == structs_.end()) throw std::logic_error(std::string("no setting fills ") + typeid(T).name());
      return std::any_cast<const T&>(found->second);
    }
  }

 private:
  std::map<std::type_index, std::any> structs_;
};

}  // namespace voyages::part
