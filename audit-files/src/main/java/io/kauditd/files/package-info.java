// SPDX-License-Identifier: Apache-2.0

/**
 * Opens, locks and replaces files so that nobody can put others in their place. For the modules of
 * this project alone.
 */
@NullMarked
package io.kauditd.files;

import org.jspecify.annotations.NullMarked;
