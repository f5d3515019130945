//! Spanish, of Spain and of America.

use super::{Intent, context::Role};
use crate::pattern::Row;

pub(super) const ROWS: &[Row<Intent>] = &[
    (
        Intent::LegalThreat,
        90,
        "abogad*, denunci*, \
         demanda*|demandar* ~ a|os|les|judicial|contra|interponer|pondré|legal, \
         demandarl*|demandaros|demandarle*, accion* ~ legal*|judicial*, medidas legales, \
         via* ~ legal|judicial, juicio, juzgado*, tribunal*, policia, hoja de reclamaciones, \
         organización de consumidores, ocu, facua, profeco, asesoría legal, \
         defensa del consumidor, autoridades, juzgados, reclamación ~ consumo|oficial, \
         oficina del consumidor, omic, abogada, legal*, demandar*, tribunales, burofax, \
         a consumo, en consumo, oficina de consumo",
    ),
    (
        Intent::ChargebackThreat,
        85,
        "chargeback*, contracargo*, retroceder|retroceso|devolver ~ cargo|recibo|pago, \
         disput* ~ paypal|banco|pago|cargo|tarjeta|abrir|abro|abriré, \
         abr* ~ disputa|caso|reclamación ~ paypal|banco, abr* ~ disputa, \
         reclam* ~ banco|paypal|tarjeta, anular|anulo|rechazar ~ cargo|pago, \
         hablar|llamar|contactar ~ banco, desconocer ~ cargo, \
         banco ~~ atrás|devuelva|anule|cargo|recibo|pago, \
         echar|echa|echo atrás ~ cargo|pago|recibo, cargo ~ banco|atrás|anular|devolver, \
         paypal ~ reclam*|disputa|caso|protección, visa|mastercard|amex ~ reclam*|anul*|devol*, \
         bloque* ~ tarjeta|pago, reclamar ~ banco|paypal|tarjeta, recibo ~ devolver",
    ),
    (
        Intent::NotReceived,
        60,
        "aparece|pone|dice|consta|figura|sale|marca|según ~ entregado|entregada|entregados, \
         paquete|pedido|envío ~ perdido|perdió|desaparecido|desapareció|robado|extraviado|perdida|extravió, \
         nada ~ buzón|llegado|recibido|portería, sin recibir, \
         sigo sin ~ recibir|paquete|pedido|nada|él, no ~ tengo ~ paquete|pedido|nada, \
         no me ~ llega|llegado|llegó|entregaron|han ~ entregado, \
         no|nunca|nada|ni|sin|jamás ~ llegado|llegó|llego|recibido|recibí|recibir|llega|llegan|llegaron|entregado|entregaron|apareci*|llegada|venido|aparece, \
         nunca llegó|llego|recibí, entregado ~ pero|y|no, entregado sin embargo, \
         caja|paquete ~ vacío|vacía|vacio|vacia, sigue sin ~ llegar|aparecer|venir, \
         sin noticias ~ paquete|pedido, no está ~ paquete|pedido|aquí, no aparece, ni rastro, \
         yo no tengo, no tengo ~ paquete|pedido|nada, firmó|firmado ~ no|otro|tal, \
         repartidor ~ no|nunca|miente|mentira, nadie ~ llamó|timbre|vino|trajo|pasó, \
         no lo ~ recib*|tengo, robaron, en mano ~ ayer|a mí|no, nadie en casa, en casa ~ nadie, \
         no estaba en casa, quién lo tiene, quién ~ recogió|firmó|tiene, \
         entregado ~ otra|vecino|equivocad*, dejado ~ no|nada, \
         supuestamente ~ entregado|entregaron|dejaron, no encuentro ~ paquete|pedido, \
         por ningún lado, ninguna parte, portero ~ no|nada, entregaron ~ otr*|no|nadie, \
         nadie ~ tiene|ha ~ paquete|visto|recibido, nadie lo tiene, aquí nadie",
    ),
    (
        Intent::Damaged,
        60,
        "roto|rota|rotos|rotas, dañad*, daño, daños, quebrad*, destrozad*, rajad*, agrietad*, \
         grieta*, golpead*, golpe!, golpes, aplastad*, abollad*, rasgad*, rayad*, arañazo*, \
         hecho* ~ pedazos|añicos|polvo|trizas|mierda, hecha* ~ pedazos|añicos|polvo|trizas, \
         en mal estado, desperfecto*, partid* en|por, descosid*, agujero*, mojad*, maltratad*, \
         despegad*, astillad*, derramad*, estropeado ~ llegó|llegado|caja, roto, rota, rotura, \
         golpeada, llegó ~ mal|roto|rota, rompió, rompieron, estropeada por, chafad*, \
         reventad*, manchad*, suci*, fisura*, partid*, hundid*, se ha roto, \
         en ~ trozos|pedazos|partes|dos|añicos|cachos, hecho trizas|polvo|cisco, mal estado, \
         caja ~ abierta|rota|aplastada|reventada, con un golpe, destroz*, se partió, \
         rajado|rajada, al abrir* ~~ rot*|rajad*|dañad*, al desenvolver* ~~ rot*|rajad*|dañad*, \
         al desempaquetar* ~~ rot*|rajad*, venía ~ rot*|rajad*|golpead*|abiert*|mal, \
         mal embalad*, esquina ~ rota|golpeada|doblada, descascarillad*, derretid*, arrancad*, \
         desgarrad*, cristales, podrido, podrida",
    ),
    (
        Intent::WrongItem,
        60,
        "equivocad* ~ artículo|producto|talla|color|pedido|modelo|paquete, \
         artículo|producto|talla|color|pedido|modelo|paquete|otra|otro ~ equivocad*|incorrect*|erróne*|distint*|diferente, \
         no es el que, \
         pedí ~ y|pero ~ llegó|llegado|llegaron|mandado|enviado|recibido|mandaron|enviaron, \
         otro ~ producto|artículo|modelo|color|cosa|talla, otra ~ cosa|talla|prenda, \
         falta* ~ artículo|producto|pieza*|parte|uno|una|cable|tornillos|un|el|la|en|dos|por, \
         incomplet*, confundido|equivocado ~ pedido|paquete|artículo|envío|talla, \
         habéis|han|has equivocado, no corresponde, error ~ pedido|envío|artículo, \
         mandaron|enviaron|mandado|enviado ~ otr*|equivocad*|incorrect*, \
         no es ~ pedí|pedido|compré|encargué|ordené|quería|que pedí, no es lo que, \
         no era lo que, no es la que, pedí ~ llegó|llegado|mandaron|enviaron|recibí|vino|venía, \
         error en ~ pedido|envío, cambiado ~ pedido|paquete|por error, \
         no viene ~ completo|el|la, venía ~ una|solo|otro|otra, no coincide, vino otro|otra, \
         solo ~ uno|una|venía|llegó|llegaron|recibido|recibí, confusión, confund*, mezclad*, \
         pagué ~~ esta|este|pero|es|llegó, claramente ~ no|la|el|otra, \
         distinto ~ foto|descripción|web, diferente ~ foto|descripción|web|al, no se parece, \
         no es como, olvidaron ~ incluir|meter|enviar, dos ~ izquierdos|derechos, no venía, \
         no viene, no estaba ~ caja|paquete, falta ~ una|un|el|la, a nombre de ~ otr*, \
         nombre de otra, otro nombre, para otra persona",
    ),
    (Intent::WrongItem, 25, "falta, faltan, faltaba, equivocad*"),
    (
        Intent::WrongItem,
        58,
        "pedí|pedido|encargué|quería|compré ~~ negr*|blanc*|gris*|beige|marrón|azul*|roj*|verde*|amarill*|rosa ~~ negr*|blanc*|gris*|beige|marrón|azul*|roj*|verde*|amarill*|rosa, \
         negr*|blanc*|gris*|beige|marrón|azul*|roj*|verde*|amarill*|rosa ~~ pedí|pedido|encargué|quería|compré ~~ negr*|blanc*|gris*|beige|marrón|azul*|roj*|verde*|amarill*|rosa, \
         pedí|pedido|encargué|quería|compré ~~ xs|s!|m!|l!|xl|xxl|36|37|38|39|40|41|42|43|44|45|46 ~~ xs|s!|m!|l!|xl|xxl|36|37|38|39|40|41|42|43|44|45|46, \
         no es mío|mía|mio|mia, no son míos|mías, contenido ~ no|otro|equivocado",
    ),
    (
        Intent::WrongItem,
        57,
        "mandado|enviado|mandasteis|enviaron|llegado ~~ quería|pedí|pedía|necesitaba, \
         mandado|enviado|mandasteis|enviaron ~~ pagué|pagado",
    ),
    (
        Intent::WrongItem,
        40,
        "en vez de, en lugar de, lugar del|de, vez del|de",
    ),
    (
        Intent::Defective,
        58,
        "defect*, averiad*, deja* de funcionar, estropead*, \
         se ~ estropeó|apaga|averió|descompuso, falla, fallan, fallo!, mal funcionamiento, \
         no ~ va bien, descompuest*, funciona mal, no hace nada, ha muerto, \
         dejado de ~ funcionar|cargar|ir, dejó de ~ funcionar|cargar|ir, no ~ funcion*, \
         se ~ apaga|rompió|estropeó|bloquea|descosió, \
         a los ~ días|semanas|meses ~ rompió|dejó|estropeó, a la semana, no ~ va, \
         fallan|fallando, muerto|muerta, sin señal, no suena, no se oye, \
         garantía ~ reclamar|usar|hacer, \
         no ~ funciona*|enciende|carga|arranca|prende|conecta|calienta|jala, \
         no va|anda|sirve|sirven, ya no ~ va|carga|enciende|funciona, se apaga ~ solo|sola, \
         se calienta, se sobrecalienta, batería ~ dura|muerta|carga|agotada|nada, \
         no aguanta ~ carga, hace ruido, parpadea, costura* ~ abierta*|suelta*|descosid*, \
         suela ~ despeg*, se despega, se cae, se suelta, se atasca, gotea, pierde agua, \
         mensaje de error, no cierra, no abre, no responde, desde ~ segundo|primer día, \
         problema ~ funcionamiento, no funciona, solo ~~ un lado, por un lado",
    ),
    (
        Intent::CancelOrder,
        60,
        "cancel*, anul* ~ pedido|compra|orden|encargo|mi|el|la, anular, desist*, por error, \
         cambiado de ~ opinión|idea, dar de baja ~ pedido, parar ~ pedido|envío, \
         pedí|pedido|compré|comprado ~ error|equivocación|duplicado|doble, \
         ya no ~ quiero|necesito|interesa, no ~ hace falta, \
         no ~ envíen|envíes|enviéis|manden|envien|envieis|mandéis, por equivocación, retractar*, \
         arrepent*, darlo de baja, anulación, echar atrás ~ compra|pedido, \
         atrás ~ la compra|el pedido, tarde para ~ cancelar|anular|echar|parar, \
         detener ~ pedido|envío, antes de que ~ salga|envíen ~ cancel*|anul*, quitar ~ pedido, \
         pedido ~ doble|repetido|duplicado, repetido, no ~ siga* adelante, dejarlo, \
         desistimiento, parad|parar|parar|paren|pare ~ pedido|compra|envío, fue sin querer, \
         pedí ~ sin querer",
    ),
    (
        Intent::CancelOrder,
        25,
        "dos veces, dos pedidos, sin querer, duplicado",
    ),
    (
        Intent::ChangeAddress,
        62,
        "dirección|direccion|domicilio ~ cambi*|mal|equivocad*|incorrect*|erróne*|correg*|modific*|nueva|antigua|actualizar|error|otra|vieja, \
         cambi*|modific*|correg*|equivoc*|nueva|otra|actualizar|error|antigua|incorrecta ~ dirección|direccion|domicilio, \
         me he mudado, mudado, mudarme, mudamos, mudé, mudanza, \
         código postal ~ mal|incorrect*|equivocad*|erróneo, \
         número ~ calle|portal ~ mal|equivocad*, enviar*|entreg* ~ otra|trabajo|oficina|vecin*, \
         piso ~ equivocad*|mal|incorrecto, puse ~ dirección|direccion, \
         dirección ~ puse|está|es otra, ya no vivo, vivo ahora, a otra dirección, \
         en otra dirección, desviar, cambio de dirección|domicilio, \
         mal ~ dirección|direccion|domicilio|postal|número, \
         dirección ~ antigua|vieja|equivocada|mal, otra ~ dirección, otro ~ domicilio, \
         enviar* ~ otro sitio, autocompletar, código postal, \
         olvidé ~ piso|portal|número|puerta, me equivoqué ~ dirección|calle|número, \
         equivoqué de ~ dirección|calle, datos de envío",
    ),
    (
        Intent::ChangeAddress,
        63,
        "entregar*|enviar*|mandar*|entreguen|envíen|llevar* ~~ oficina|trabajo|vecin*|padres|curro",
    ),
    (
        Intent::ReturnWish,
        50,
        "devolver* ~ lo|la|los|las|el|un|una|producto|artículo|pedido|zapatos|vestido|este|esta|estos|unos|mi|algo, \
         devolver*, devolución|devoluciones|devolucion, etiqueta ~ devolución|devolver, \
         cambio de talla, no me ~ queda*|vale*|sirve*|va|está|gusta*, \
         muy|demasiado pequeñ*|grande*|estrech*|cort*|larg*|anch*|ajustad*|chic*, \
         me ~ queda* ~ pequeñ*|grande*|estrech*|cort*|larg*|chic*|mal, retornar, \
         regresar ~ producto|artículo|lo|los|la|las, mandar ~ vuelta, \
         cambi* ~ talla|otr*|color|producto|artículo, devuelvo, \
         devolverlos|devolverlo|devolverla|devolverlas, hacer ~ devolución, otra talla|color, \
         talla ~ más|mayor|menor, me ~ aprieta*|chico|chica|chicos, no es mi talla, \
         no me queda*, no me ~ convence, no es para mí, no es lo que esperaba, \
         gastos de devolución, plazo de devolución, devoluciones, probé ~ pequeñ*|grande*|no, \
         demasiado ~ pequeñ*|grande*|estrech*|larg*|cort*|anch*, \
         me va ~ grande|pequeño|justo|justa, apretados|apretado|apretada, \
         cambiar ~ talla|color|número",
    ),
    (
        Intent::ReturnWish,
        62,
        "cómo ~~ devolver*|cambiar*|devolución|devuelvo, \
         devolver*|cambiar*|devolución|devuelvo ~~ cómo",
    ),
    (
        Intent::RefundWish,
        48,
        "reembols*, dinero ~ vuelta|devuel*|devolver|devolución|atrás|devueltos, \
         devolv* ~ dinero|importe|pasta|plata|pago|compra, devolución ~ dinero|importe|pago, \
         mi dinero, recuperar ~ dinero|pasta|plata, reintegr*, abono, abonen|abonar|abonéis, \
         compens*, indemniz*, mi plata, mi pasta, lo que pagué, reponer ~ dinero, \
         devuelv* ~ dinero|importe|pasta|plata|pagué|euros|pago, devuélvanme, devolvedme, \
         devuélveme, dinero ~ devuelvan|devolváis|devolver|devuelto, \
         importe ~ devuel*|devolver|íntegro, lo pagado, devuelvanme, \
         devolverme ~ dinero|importe, exijo ~ dinero|reembolso|devolución, reembolsen, \
         reembólsenme, mi lana, mi guita, dónde ~ dinero|pasta|reembolso, \
         reembolso ~ total|completo|parcial, me deben, me debéis, lo que ~ pagué, \
         devolución del dinero",
    ),
    (
        Intent::RefundWish,
        58,
        "devolví, he devuelto, ya devolví, ya ~ devuelto|devolví, \
         cuándo ~ reembols*|dinero|devolución, cuando ~ reembols*|dinero, \
         reembols* ~ realizado|hecho|procesado|cuándo|todavía|aún|confirmar|tarda, \
         esperando ~ reembols*|dinero|devolución, dónde ~ reembols*|dinero, \
         todavía no ~ reembols*|dinero|devuelto, aún no ~ reembols*|dinero|devuelto",
    ),
    (
        Intent::RefundWish,
        56,
        "dinero|pasta|plata|importe|reembolso ~ no|aún|todavía|nunca|sigo|dónde|cuándo|ni|sin, \
         no|aún|todavía|nunca|sigo|dónde|cuándo|ni|sin ~ dinero|pasta|plata|importe|reembolso",
    ),
    (
        Intent::WhereIsMyOrder,
        50,
        "dónde|donde ~ pedido|paquete|envío|compra|está|zapatos|cosas|anda|encomienda, \
         cuándo|cuando ~ llega*|llegará|entreg*|recib*|recibo|envían|envía|sale|envi*|tengo|mandan|manda|tendré, \
         seguimiento*, rastre*, track*, estado ~ pedido|envío|paquete|entrega, sigo esperando, \
         esperando ~ pedido|paquete|desde|todavía|aún|mi|el|por, \
         llevo ~ esperando|días|semanas|mes, plazo*, cuánto ~ tarda*|tiempo|falta|demora, \
         retras*, demor*, todavía no ~ envi*|sale|salido|mandado, \
         aún no ~ envi*|sale|salido|mandado, ha salido, en camino, alguna ~ novedad|noticia, \
         novedades, parado|atascado|bloqueado|detenido|estancado ~ desde|en|hace, \
         fecha de entrega, no se mueve, ya debería, en qué punto, en reparto, \
         qué pasa ~ pedido|paquete|envío, q pasa ~ pedido|paquete|envío, \
         qué ha pasado ~ pedido|paquete|envío, ya ~ salió|salio|enviaron|mandaron|enviado, \
         salió ~ compra|pedido|paquete, para cuándo, \
         cuándo ~ pedido|paquete|envío|compra|viene|va, sin moverse, sin actualizar, \
         lleva ~ parado|días|semanas|desde, debía ~ llegar, \
         debería ~ llegar|haber llegado|estar, tenía que ~ llegar, \
         tarda* ~ mucho|en llegar|tanto, han enviado, enviado ya, sigue en, \
         fecha ~ entrega|llegada|prevista, no ~ enviado|salido|mandado, dónde está, \
         saber ~ pedido|paquete|envío, aclarar ~ dónde, en preparación, en proceso, \
         alguien ~ mirando|puede|sabe, días laborables, cómo va ~ pedido|envío|lo, por dónde va, \
         para cuando, llega ya, llegará, cuanto tarda, sale el envío, \
         se suponía ~~ aquí|llegar|llegaba|entrega|estaría, \
         preguntar por ~ pedido|paquete|envío|mi|el|la, tenía que ~~ aquí|llegar|estar, \
         para el ~ fin de semana|viernes|cumpleaños, antes de ~ navidad|viernes, \
         cumpleaños ~ tiempo|llegue|antes, prometieron, prometisteis, tarda, demasiado tiempo, \
         aduana*, en tránsito, noticias de, saber ~ cuándo|dónde|cuando|donde, cómo va, \
         sin noticias, me pueden decir ~ dónde|cuándo, \
         sigue|pone|sale|consta ~ procesando|proceso|pendiente|preparando|tramitando",
    ),
    (
        Intent::WhereIsMyOrder,
        40,
        "lunes|martes|miércoles|jueves|viernes|sábado|domingo ~~ lunes|martes|miércoles|jueves|viernes|sábado|domingo",
    ),
    (Intent::WhereIsMyOrder, 25, "cuándo"),
    (
        Intent::InvoiceOrReceipt,
        58,
        "factur*, un recibo, el recibo, ticket, comprobante*, justificante*, iva!, \
         contabilidad, nif, cif, boleta, hacienda, recibo! ~ compra|pago|pedido, recibo!, \
         a nombre de ~ empresa|mi empresa, declaración de la renta, gastos ~ empresa, \
         datos fiscales, comprobar el pago, gestor*",
    ),
    (
        Intent::DiscountWish,
        55,
        "descuent*, cupón*, cupon*, código ~ promo*|descuento|no|funciona|válido|rebaja, \
         promoci*, rebaj*, oferta*, más barat*, mejor precio, vale de, \
         precio ~ bajado|mejor|amigo, bajado de precio, black friday, chollo, rebajar, \
         descontar, primera compra, código de bienvenida, ofrecer, negociar, hacer ~ precio, \
         olvidé ~ código|cupón, envío gratis, gastos de envío gratis, \
         al día siguiente ~ rebajado|oferta|menos",
    ),
    (Intent::DiscountWish, 25, "precio, código, puntos, barato"),
    (
        Intent::DiscountWish,
        70,
        "código|cupón|codigo|cupon ~ no|caducado|inválido, código|cupón ~ descuento|promo* ~ no",
    ),
    (
        Intent::SizeOrProductQuestion,
        45,
        "qué|cuál|cual ~ talla|tamaño|material|número|medida*|diferencia, guía de tallas, \
         tabla de tallas, \
         talla* ~ recomend*|grande|pequeño|normal|coger|elegir|queda|disponible|pedir|tienen, \
         talla ~ bien, disponib*, en stock, stock, repon*|reposición, \
         de qué ~ está|material|hecho|son|es, material, impermeable*, lavar, lavable*, \
         lavadora, lavavajillas, compatib*, sirve ~ para|con, medidas, dimensiones, \
         cuánto ~ mide|pesa|miden, cómo ~ talla|tallan|queda|quedan|lava, \
         vienen|viene ~ con|en, hay ~ en|otros|más, \
         tenéis|tienen|tienes ~ en|el|la|este|esta|otros|más|de|talla, \
         consulta ~ sobre|producto, pregunta ~ sobre|del|de, vegan*, piel o, cuero, garantía, \
         se puede ~ usar|meter|poner, diferencia entre, envían|enviáis ~ a, pilas, apto para, \
         apta para, qué ~ talla|tamaño|material|color|colores|medidas, \
         tallas ~ grandes|pequeñas|disponibles, talla ~ uso|usar, manual!, \
         instrucciones ~ de|para|lavado, cómo se ~ usa|lava|monta|limpia, se puede, \
         puede ~ lavarse|meterse|usarse, es ~ impermeable|vegano|compatible|lavable, \
         envían ~ a, hacen envíos, habrá ~ más|stock|talla, volver* ~ a tener|stock, \
         queda ~ alguna|alguno|stock, tela, algodón, recomiend*, incluye*, \
         trae ~ pilas|cargador|cable, horma, pie ancho, pies anchos, estrech*, tallaje, tallan, \
         cuánto ~ dura|pesa|mide, apto ~ niños|bebés|perros|piel, alergi*, ingredientes, \
         autonomía, enchufe, usb, envíos a, enviáis, mandáis ~ a, envuelto para regalo, \
         dónde ~ fabrica*|hace*, montaje, lo hay ~ en, los hay ~ en, abriga*, qué contiene, \
         qué lleva",
    ),
    (
        Intent::SizeOrProductQuestion,
        62,
        "antes de ~ comprar|pedir|hacer el pedido|comprarlo, una duda ~ sobre|antes|del|con, \
         pienso comprar, interesa ~ saber|el|la, pregunta ~ producto|artículo|talla|material, \
         duda ~ producto|talla, qué ~ diferencia, diferencia ~ entre|hay",
    ),
    (
        Intent::SizeOrProductQuestion,
        30,
        "decir si, decirme si, saber si, sabéis si",
    ),
    (
        Intent::Complaint,
        24,
        "vergüenza*, inaceptable*, decepcion*, queja*, quejar*, reclamación*, estafa*, \
         estafador*, ladrones, timo, horrible*, pésim*, fatal, lamentable*, nunca más, \
         no vuelvo a, nadie ~ responde|contesta|atiende|ayuda|hace, \
         no ~ contestan|responden|contestáis|respondéis, hart*, enfadad*, indignad*, \
         mal ~ servicio|experiencia|atención, mala ~ atención|experiencia|calidad, desastre, \
         cabread*, molest*, tomadura, tomando el pelo, mierda, asco, insatisfech*, descontent*, \
         engañ*, porquería, sin respuesta, vaya ~ servicio|empresa, impresentable*, peor, mal, \
         mala, malo, malísim*, nefast*, indignante, mentir*, mentiros*, irresponsabl*, \
         una estrella, mala reseña, no hay derecho, basta ya, hasta las narices, \
         atención al cliente ~ pésima|mala|nula, no hay quien, ni caso, poca vergüenza, \
         increíble, penos*, cero|ninguna|ni una|sin ~ respuesta*|contestación|solución, \
         trata* ~ cliente*|gente, \
         correos|mensajes|llamadas ~ sin|cero|ignorados|nada|respuesta, ignor*, \
         paciencia, tomáis el pelo, os reís, \
         harto de, harta de, no puedo más, huid, jamás, tomadura de pelo, patético*, \
         dejan mucho, deja mucho, así no se",
    ),
    (
        Intent::Thanks,
        8,
        "gracias*, agradec*, agradezc*, muchísimas, perfecto, genial, \
         todo ~ bien|perfecto|correcto, estupend*, encant*, muy ~ content*, mil gracias, \
         crack*, feliz, preciosa|precioso, muy rápid*, excelent*, maravill*, buen servicio, \
         buenísim*, todo llegó, agradecid*, de diez, quería daros las gracias, cinco estrellas, \
         buen trabajo, muy amable*, contenta|contento, bonito|bonita, todo bien",
    ),
    (
        Intent::WhereIsMyOrder,
        60,
        "dónde|donde está|están|anda|para|se ~ pedido|paquete|envío|compra|encuentra|ahora, \
         dónde está, por dónde ~ anda|va|está, \
         ha|han|habéis|está ~ salido|enviado|mandado|expedido ~ ya|pedido|paquete|mi|el, \
         ya ~ lo|ha|han|habéis ~ enviado|mandado|salido, se sabe ~ algo|cuándo|dónde, \
         saber algo|novedades|noticias ~ del|de|sobre ~ pedido|paquete|envío, \
         sin ~ moverse|movimiento|cambios|novedades, no se ha ~ movido|actualizado, no se mueve, \
         cómo va ~ mi|el|lo|pedido|envío, en qué ~ estado|punto, \
         mandar*|enviar*|mandadme|enviadme|dadme|envíen* ~ número|código de seguimiento, \
         página|web|enlace ~ seguimiento ~ error|no|sigue|pone, \
         todavía|aún|sigue ~ en ~ almacén|tránsito|aduana, \
         es normal ~~ tarde|tardar|tiempo|demora, fecha ~ de ~ entrega, \
         llegará ~ antes|tiempo|para|el, \
         cuándo!|cuando! ~ llega*|llegará|entregan|entregarán|recibo|recibiré|sale|podré ~ pedido|paquete|envío|tenerlo|recibirlo|casa, \
         cuándo!|cuando! ~ llega*|llegará de una, \
         número|código de ~ seguimiento|rastreo ~ no|nunca|existe|favor|error, \
         qué ~ pasa|pasado|pasó ~ con ~ mi|pedido|paquete|envío, llega ~ antes|tiempo, \
         llega ~ para el, me ~ llega|llegará ~ antes|tiempo, etiqueta ~ creada, \
         entregado al transportista, olvidado|olvidasteis ~ de mí|mi, \
         posibilidad ~~ llegue|esté|llegar",
    ),
    (
        Intent::SizeOrProductQuestion,
        74,
        "dónde ~ fabrica*|fabricad*|hacen|hecho|producen",
    ),
    (
        Intent::WantsPerson,
        74,
        "persona ~ de verdad|real|humana, ser humano, un humano, carne y hueso, \
         no ~ robot|bot|máquina, respuesta* ~ automática*, \
         hablar ~ encargado|responsable|supervisor|jefe, páseme, pásenme, pásame",
    ),
    (
        Intent::WhereIsMyOrder,
        56,
        "problema*|retraso* ~ entrega*|envío|envíos|reparto, \
         reclamar* ~ transportista|mensajería, va y viene, tenía que|debía ~ llegar ~ ayer|hoy, \
         tenía que llegar",
    ),
    (
        Intent::NotReceived,
        62,
        "sigue faltando|sin llegar, falta ~ por llegar",
    ),
];

pub(super) const CONTEXT: &[Row<Role>] = &[
    (Role::Not, 1, "no, ni, nunca, sin, tampoco, ningun*"),
    (
        Role::Wish,
        1,
        "quier*, quisier*, queremos, necesit*, dese*, pido, por favor, busco, querría, \
         hace falta, solicit*, interesa",
    ),
    (Role::Stop, 1, "no!"),
    (
        Role::Got,
        1,
        "recib*, lleg*, hecho, tengo, todavía, aún, sigo, han, habéis, visto, por qué, porqué, \
         hicieron",
    ),
    (
        Role::Goods,
        1,
        "pedido*, paquete*, envío, artículo*, producto*, compra, encomienda",
    ),
    (
        Role::Else,
        1,
        "respuesta*, contestación, responden, contestan, cuenta, tarjeta, extracto, banco, \
         dinero, pasta, plata, importe, reembolso",
    ),
    (
        Role::Page,
        1,
        "formulario, enlace, página, web!, internet, conexión, la app, aplicación, seguimiento, \
         rastreo, navegador, chat",
    ),
    (Role::Joint, 1, "y!, pero!, porque!, así que, sino!"),
    (
        Role::Unreal,
        1,
        "espero ~~ no|nada|ningún*, esperamos ~~ no|nada, ojalá no, lástima que|si, pena que|si, \
         miedo ~ que, temo que, preocupa que, por si ~ llega|viene|está, qué pasa si, \
         y si ~ llega|viene",
    ),
    (
        Role::Own,
        1,
        "me equivoqué, me he equivocado, nos equivocamos, me confundí, he puesto ~ mal, \
         elegí|puse|seleccioné|marqué ~ mal|equivocad*|otro|otra, error mío, \
         encontrado|encontramos|encontré ~ otra|otro, falta ~ cifra|número|letra|piso",
    ),
    (Role::Trail, 1, "seguimiento, rastreo, localizador"),
];
