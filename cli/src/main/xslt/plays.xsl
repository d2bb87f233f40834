<?xml version="1.0" encoding="UTF-8"?>
<!-- Plays in Jon Bosak's mark-up to plain text: "SPEAKER:", the lines of the speech, an empty line.
     Titles, the cast and stage directions, also those inside a line, are left out. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
    <xsl:output method="text" encoding="UTF-8"/>

    <xsl:template match="/">
        <xsl:apply-templates select="//SPEECH"/>
        <xsl:apply-templates select="document('r_and_j.xml', /)//SPEECH"/>
        <xsl:apply-templates select="document('macbeth.xml', /)//SPEECH"/>
    </xsl:template>

    <xsl:template match="SPEECH">
        <xsl:for-each select="SPEAKER">
            <xsl:if test="position() &gt; 1"> and </xsl:if>
            <xsl:value-of select="normalize-space()"/>
            <!-- The first prologue of Romeo and Juliet names nobody; the second says who it is. -->
            <xsl:if test="not(normalize-space())">Chorus</xsl:if>
        </xsl:for-each>
        <xsl:text>:&#10;</xsl:text>
        <xsl:apply-templates select="LINE"/>
        <xsl:text>&#10;</xsl:text>
    </xsl:template>

    <xsl:template match="LINE">
        <xsl:variable name="spoken">
            <xsl:copy-of select="text()"/>
        </xsl:variable>
        <xsl:if test="normalize-space($spoken)">
            <xsl:value-of select="normalize-space($spoken)"/>
            <xsl:text>&#10;</xsl:text>
        </xsl:if>
    </xsl:template>
</xsl:stylesheet>
