// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spring;

import java.io.Serial;

/** Something is wrong with {@code kauditd.*}; the message can be shown as it is. */
final class KauditdConfigurationException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  KauditdConfigurationException(RuntimeException cause) {
    super(cause.getMessage(), cause);
  }

  KauditdConfigurationException(String message) {
    super(message);
  }
}
