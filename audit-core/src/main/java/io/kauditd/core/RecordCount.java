// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import jdk.jfr.ContentType;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.MetadataDefinition;

/** The unit of what Java Flight Recorder shows of queues: audit records. */
@MetadataDefinition
@ContentType
@Label("Records")
@Description("A number of audit records")
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface RecordCount {}
