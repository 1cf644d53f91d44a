#pragma once

#include "app/fitting.h"

namespace voyages::app {

/// How mail leaves, as the configuration chooses: by SMTP, by Amazon SES, or captured in the data directory.
Fitting mail_fitting();

}  // namespace voyages::app
